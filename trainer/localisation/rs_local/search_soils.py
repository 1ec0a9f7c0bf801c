"""A library to select from and a farm to select for, as plain arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.errors import CalibrationError
from trainer.localisation.rs_local.selection_settings import Quantity, SelectionSettings

Array = NDArray[np.float64]
Spectra = NDArray[np.float32]
Rows = NDArray[np.intp]

FEWEST_LABELS = 3
"""A root mean square of fewer errors ranks nothing."""

DARKEST = 1e-3
"""As in `trainer.treatments.absorbance`: below it a reflectance is noise."""

BLOCK_ROWS = 4096


@dataclass(frozen=True, eq=False)
class SoilTable:
    """Soils with one target.

    Attributes:
        spectra: One row a soil.
        values: One a soil, NaN where there is none.
        groups: One name a soil.
    """

    spectra: Spectra
    values: Array
    groups: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many soils there are."""
        return len(self.groups)


@dataclass(frozen=True, eq=False)
class SearchSoils:
    """What a search looks at; every library soil has a value.

    Attributes:
        spectra: Of the library [soil, band], contiguous.
        values: Of the library's target [soil].
        groups: One number a library soil; equal numbers stay together.
        farm_spectra: [farm soil, band], in the same quantity.
        farm_values: [farm soil].
    """

    spectra: Spectra
    values: Array
    groups: Rows
    farm_spectra: Array
    farm_values: Array


def with_values(library: SoilTable) -> Rows:
    """Return the rows of the soils that can be selected."""
    return np.flatnonzero(np.isfinite(library.values))


def search_soils(
    library: SoilTable, farm: SoilTable, settings: SelectionSettings
) -> SearchSoils:
    """Return what a search needs of library and farm, or refuse."""
    rows = with_values(library)
    _check_library(len(rows), settings)
    judges = _judges(farm, settings)
    seen = as_seen(farm.spectra[judges], settings.quantity)
    return SearchSoils(
        spectra=as_seen(library.spectra, settings.quantity, rows),
        values=library.values[rows],
        groups=_numbered([library.groups[row] for row in rows]),
        farm_spectra=seen.astype(np.float64),
        farm_values=farm.values[judges],
    )


def as_seen(spectra: Spectra, quantity: Quantity, rows: Rows | None = None) -> Spectra:
    """Return rows of spectra in the quantity that PLS sees, block by block."""
    rows = np.arange(len(spectra)) if rows is None else rows
    seen = np.empty((len(rows), spectra.shape[1]), np.float32)
    for start in range(0, len(rows), BLOCK_ROWS):
        block = spectra[rows[start : start + BLOCK_ROWS]]
        if quantity == "absorbance":
            block = -np.log10(np.maximum(block, DARKEST))
        seen[start : start + BLOCK_ROWS] = block
    return seen


def _check_library(soils: int, settings: SelectionSettings) -> None:
    if not soils:
        raise CalibrationError(
            "expected library soils with a value of the target, found none; choose "
            "another target or library"
        )
    if settings.keep >= soils:
        raise CalibrationError(
            f"expected to keep fewer than the library's {soils} soils with a value, "
            f"found {settings.keep}; keep fewer or bring a larger library"
        )


def _judges(farm: SoilTable, settings: SelectionSettings) -> Rows:
    """Return the farm soils by which draws are scored."""
    if settings.score == "reconstruction":
        if not len(farm):
            raise CalibrationError("expected soils of the farm, found none")
        return np.arange(len(farm))
    labelled = np.flatnonzero(np.isfinite(farm.values))
    if len(labelled) < FEWEST_LABELS:
        raise CalibrationError(
            f"expected at least {FEWEST_LABELS} labelled soils of the farm to score "
            f"its responses, found {len(labelled)}; bring labels, or score by "
            "reconstruction, which needs none"
        )
    return labelled


def _numbered(groups: Sequence[str]) -> Rows:
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(one, len(seen)) for one in groups], np.intp)
