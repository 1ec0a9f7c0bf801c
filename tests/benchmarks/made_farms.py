"""Farms made from the soils of real ones, as many as are wanted, as tables.

Each draws its soils with replacement from one LimeSoDa set, and gives them the gain,
the offset and the noise of a spectrometer of its own and a laboratory's error. They
measure cost, never accuracy.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.library.ossl_columns import SAMPLE, spectral_column
from trainer.library.spectral_library import SpectralLibrary

GAIN, OFFSET, NOISE, LABORATORY = 0.03, 0.01, 0.001, 0.05
A_FOLDER = 100
"""Farms in one sub-folder."""


def write_farms(soils: SpectralLibrary, folder: Path, count: int, labels: int) -> None:
    """Write `count` farms of `labels` soils each."""
    heads = ",".join(
        (SAMPLE, *soils.targets, *map(spectral_column, soils.grid.positions()))
    )
    for number in range(count):
        path = folder / f"group-{number // A_FOLDER}" / f"f{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(number)
        rows = random.integers(0, len(soils.soils), labels)
        values, scans = _values(soils, rows, random), _scans(soils, rows, random)
        table = np.column_stack([np.arange(labels), values, scans])
        form = ["%d", *["%.4f"] * (table.shape[1] - 1)]
        np.savetxt(path, table, form, ",", header=heads, comments="")


def _values(
    soils: SpectralLibrary, rows: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.float64]:
    error = random.normal(1.0, LABORATORY, (len(rows), 1))
    values: NDArray[np.float64] = soils.values[rows] * np.clip(error, 0.5, 1.5)
    return values


def _scans(
    soils: SpectralLibrary, rows: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.float64]:
    scans = soils.spectra[rows].astype(np.float64)
    scans = scans * (1 + random.normal(0, GAIN)) + abs(random.normal(0, OFFSET))
    noisy: NDArray[np.float64] = scans + random.normal(0, NOISE, scans.shape)
    return np.clip(noisy, 1e-3, 1.4)
