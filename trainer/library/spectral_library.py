"""A spectral library: soils of many farms, scanned and analysed, on one grid.

Everything is checked once, here; what holds a library need not check again. Missing
laboratory values are NaN. A library never changes: every selection is a new one.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from protocols.units import unit_of
from protocols.wavelength_grid import WavelengthGrid
from trainer.errors import LibraryError

LARGEST_REFLECTANCE = 1.5
"""A glossy or wet soil may exceed a white reference a little, percent never fits."""

BLOCK_ROWS = 4096
"""Spectra looked at together: a mapped library is never copied whole."""


@dataclass(frozen=True, eq=False)
class SpectralLibrary:
    """Soils with their spectra and laboratory values.

    Attributes:
        name: What people call it.
        licence: Under which terms its soils may be used.
        grid: Where the bands of `spectra` lie.
        targets: OSSL names of the columns of `values`, which carry the units.
        soils: One unique id a soil.
        farms: The farm of each soil.
        spectra: Reflectance as a fraction, one row a soil.
        values: Laboratory values, one row a soil, NaN where there is none.
        remarks: What a reader must know, such as a conversion that was made.
        groups: What each soil must stay together with in a split: a profile, a survey,
            scans of the same soil. Left out, every soil stands alone.
        places: Latitude and longitude of each soil, NaN where unknown; or nothing.
    """

    name: str
    licence: str
    grid: WavelengthGrid
    targets: tuple[str, ...]
    soils: tuple[str, ...]
    farms: tuple[str, ...]
    spectra: NDArray[np.float32]
    values: NDArray[np.float64]
    remarks: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    places: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        count = len(self.soils)
        if not self.groups:
            object.__setattr__(self, "groups", self.soils)
        _expect("one group a soil", count, len(self.groups))
        if self.places is not None:
            _expect("places shaped", (count, 2), self.places.shape)
        _expect("soil ids without repeats", count, len(set(self.soils)))
        _expect("one farm a soil", count, len(self.farms))
        _expect("spectra shaped", (count, self.grid.bands), self.spectra.shape)
        _expect("values shaped", (count, len(self.targets)), self.values.shape)
        _expect("spectra as", "float32", str(self.spectra.dtype))
        _expect("values as", "float64", str(self.values.dtype))
        for target in self.targets:
            unit_of(target)
        check_reflectance(self.spectra)

    @cached_property
    def digest(self) -> str:
        """The sha256 of everything the library holds."""
        digest = hashlib.sha256()
        texts = (self.name, self.licence, repr(self.grid), *self.targets, *self.remarks)
        grouped = () if self.groups == self.soils else self.groups
        for text in (*texts, *self.soils, *self.farms, *grouped):
            digest.update(text.encode() + b"\0")
        for start in range(0, len(self.spectra), BLOCK_ROWS):
            block = self.spectra[start : start + BLOCK_ROWS]
            digest.update(block.astype("<f4").tobytes())
        digest.update(self.values.astype("<f8").tobytes())
        return digest.hexdigest()

    @property
    def farm_names(self) -> tuple[str, ...]:
        """Every farm once, in alphabetical order."""
        return tuple(sorted(set(self.farms)))

    def where(self, mask: NDArray[np.bool_]) -> "SpectralLibrary":
        """Return the soils that `mask` keeps."""
        kept = np.flatnonzero(mask)
        return replace(
            self,
            soils=tuple(self.soils[index] for index in kept),
            farms=tuple(self.farms[index] for index in kept),
            spectra=self.spectra[kept],
            values=self.values[kept],
            groups=tuple(self.groups[index] for index in kept),
            places=None if self.places is None else self.places[kept],
        )

    def without_farm(self, name: str) -> "SpectralLibrary":
        """Return the soils of all other farms."""
        return self.where(np.array([farm != name for farm in self.farms], dtype=bool))

    def only_farm(self, name: str) -> "SpectralLibrary":
        """Return the soils of one farm, or refuse a name that is not there."""
        if name not in self.farms:
            known = ", ".join(self.farm_names)
            raise LibraryError(f"expected one of the farms {known}, found {name!r}")
        return self.where(np.array([farm == name for farm in self.farms], dtype=bool))


def check_reflectance(spectra: NDArray[np.float32]) -> None:
    """Refuse spectra that are no fractions: NaN, percent or absorbance."""
    if spectra.size == 0:
        return
    low, high = float(spectra.min()), float(spectra.max())
    if not (low >= 0 and high <= LARGEST_REFLECTANCE):
        raise LibraryError(
            f"expected reflectance as a fraction, 0 to {LARGEST_REFLECTANCE}, found "
            f"{low:g} to {high:g}; divide percent by 100, turn absorbance A to 10^-A"
        )


def _expect(what: str, expected: object, found: object) -> None:
    if expected != found:
        raise LibraryError(f"expected {what} {expected}, found {found}")
