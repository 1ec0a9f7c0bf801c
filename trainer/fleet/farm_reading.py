"""A farm's labelled soils, read from a file and on the library's bands.

Scans of one sample are averaged, so that none of them can tell about another. Soils
without any value asked for teach nothing yet and are left out.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid
from trainer.errors import LibraryError
from trainer.library.opened_soils import open_farm_soils
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_soils import FarmSoils

_REPEAT = re.compile(r":scan\d+$")
"""What a reader adds to the id of a sample that was scanned before."""


@dataclass(frozen=True, eq=False)
class ReadFarm:
    """A farm as it is localised.

    Attributes:
        soils: Its soils with a value of any target.
        scans: Every scan, labelled or not, one row a sample.
        values: The values of every scan, in the order of the targets.
        remarks: What a person must know of how it was read.
    """

    soils: FarmSoils
    scans: NDArray[np.float32]
    values: NDArray[np.float64]
    remarks: tuple[str, ...]


def read_farm(
    path: Path | None, grid: WavelengthGrid, targets: tuple[str, ...]
) -> ReadFarm:
    """Read a farm's table or library; None is a farm that has no soils yet."""
    if path is None:
        scans = np.zeros((0, grid.bands), np.float32)
        values = np.zeros((0, len(targets)))
        return ReadFarm(FarmSoils((), scans, values), scans, values, ())
    found = open_farm_soils(path, grid, targets)
    samples, scans, values, repeats = _one_a_sample(found)
    labelled = np.flatnonzero(np.isfinite(values).any(axis=1))
    soils = FarmSoils(
        tuple(samples[row] for row in labelled), scans[labelled], values[labelled]
    )
    remarks = (*found.remarks, *repeats, *_told(len(samples) - len(labelled)))
    return ReadFarm(soils, scans, values, remarks)


def _one_a_sample(
    found: SpectralLibrary,
) -> tuple[list[str], NDArray[np.float32], NDArray[np.float64], tuple[str, ...]]:
    names = [_REPEAT.sub("", one) for one in found.soils]
    samples = list(dict.fromkeys(names))
    if len(samples) == len(names):
        return samples, found.spectra, found.values, ()
    rows = {name: np.array([one == name for one in names]) for name in samples}
    for name, mine in rows.items():
        _refuse_two_values(name, found.values[mine], found.targets)
    scans = np.stack([found.spectra[mine].mean(axis=0) for mine in rows.values()])
    values = np.stack([_only(found.values[mine]) for mine in rows.values()])
    told = f"averaged {len(names)} scans to {len(samples)} samples, one an id"
    return samples, scans.astype(np.float32), values, (told,)


def _only(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the one value a target that any of a sample's scans came with."""
    filled = np.where(np.isfinite(values), values, -np.inf).max(axis=0)
    return np.where(np.isfinite(filled), filled, np.nan)


def _refuse_two_values(
    name: str, values: NDArray[np.float64], targets: tuple[str, ...]
) -> None:
    for target, column in zip(targets, values.T, strict=True):
        known = np.unique(column[np.isfinite(column)])
        if known.size > 1:
            raise LibraryError(
                f"expected one value of {target} for sample {name}, found "
                f"{known[0]:g} and {known[-1]:g}; give different samples different ids"
            )


def _told(unlabelled: int) -> tuple[str, ...]:
    if not unlabelled:
        return ()
    return (f"left out {unlabelled} samples that have no value yet",)
