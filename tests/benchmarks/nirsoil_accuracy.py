"""Calibrations on NIRsoil: 618 Belgian soils to learn from, 207 to judge on, as given.

`python -m tests.benchmarks.nirsoil_accuracy` fits carbon, cation exchange capacity and
nitrogen. The set says nothing of where its soils come from and holds near-duplicates:
averages choose on groups of alike scans of the 618. Memory-based learning lives from
alike scans, so that its neighbours are judged soil by soil. The 207 are only judged on,
and where a calibration is a graph, its graph answers.
"""

import csv
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from protocols.wavelength_grid import WavelengthGrid, resample_rows
from tests.benchmarks.measurement import Measurement, at_most, observed
from trainer.calibrations.alike_soils import alike_groups
from trainer.calibrations.calibration import Calibration, Soils
from trainer.calibrations.memory_based import MemoryBased
from trainer.calibrations.wide_average import WideAverage
from trainer.errors import CalibrationError

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("TERROIR_DATA", ROOT.parent / "shared" / "data")) / "nirsoil"
GRID = WavelengthGrid(first=1100.0, step=4.0, bands=350)
COLUMNS = {"OC, %": "Ciso", "CEC": "CEC", "N, g/kg": "Nt"}
SEED = 0
CALIBRATIONS: tuple[Calibration, ...] = (WideAverage(), MemoryBased())
GOALS = {
    ("memory-based", "OC, %"): 0.452,
    ("wide-average", "OC, %"): 0.45,
    ("wide-average", "CEC"): 3.31,
    ("wide-average", "N, g/kg"): 0.555,
}
"""The best that was published on this split, PEERS.md of the project's brief."""


@dataclass(frozen=True)
class NirsoilRow:
    """How wrong one calibration is on the soils that are judged on."""

    calibration: str
    target: str
    soils: int
    rmse: float
    answered_by: str
    fit_s: float


@dataclass(frozen=True, eq=False)
class NirsoilSplit:
    """The split that the set comes with."""

    train: Soils
    spectra: NDArray[np.float32]
    values: NDArray[np.float64]


def read_nirsoil(folder: Path = DATA) -> NirsoilSplit:
    """Read both parts on a grid of 4 nm, as reflectance."""
    with (folder / "nirsoil.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    with np.load(folder / "nirsoil.npz") as arrays:
        axis, absorbance = arrays["axis"], arrays["X"].astype(np.float64)
    reflectance = np.power(10.0, -absorbance).astype(np.float32)
    spectra = resample_rows(axis, reflectance, GRID)
    values = np.array(
        [[float(row[name] or "nan") for name in COLUMNS.values()] for row in table]
    )
    is_train = np.array([float(row["train"]) == 1 for row in table])
    groups = alike_groups(spectra[is_train])
    targets = tuple(COLUMNS)
    train = Soils(spectra[is_train], values[is_train], groups, GRID, targets)
    return NirsoilSplit(train, spectra[~is_train], values[~is_train])


def measure(calibrations: Sequence[Calibration] = CALIBRATIONS) -> list[NirsoilRow]:
    """Return one row a calibration and target."""
    split = read_nirsoil()
    return [row for one in calibrations for row in _measure_one(split, one)]


def bench_rows() -> list[Measurement]:
    """Return this file's figures of the group `science`."""
    if not DATA.is_dir():
        return [observed("NIRsoil is absent, set TERROIR_DATA", 0, "soils")]
    return [_measurement(row) for row in measure()]


def nirsoil_table(rows: Sequence[NirsoilRow]) -> Table:
    """Return the rows as a table to print."""
    names = ("calibration", "target", "n", "RMSE", "goal", "answered by", "fit s")
    table = Table(*names, title="NIRsoil, 618 to learn from, 207 to judge on")
    for row in rows:
        goal = GOALS.get((row.calibration, row.target))
        table.add_row(
            row.calibration,
            row.target,
            str(row.soils),
            f"{row.rmse:.4f}",
            "" if goal is None else f"{goal:g}",
            row.answered_by,
            f"{row.fit_s:.0f}",
        )
    return table


def _measure_one(split: NirsoilSplit, calibration: Calibration) -> list[NirsoilRow]:
    train = split.train
    if isinstance(calibration, MemoryBased):
        train = replace(train, groups=tuple(f"soil-{at}" for at in range(len(train))))
    started = time.perf_counter()
    fitted = calibration.fit(train, SEED)
    fit_s = time.perf_counter() - started
    try:
        with torch.no_grad():
            answers = fitted.as_graph()(torch.from_numpy(split.spectra)).numpy()
        answered_by = "graph"
    except CalibrationError:
        answers, answered_by = fitted.predict(split.spectra), "predict"
    misses = answers - split.values
    return [
        NirsoilRow(
            calibration=calibration.name,
            target=target,
            soils=int(np.isfinite(misses[:, column]).sum()),
            rmse=float(np.sqrt(np.nanmean(misses[:, column] ** 2))),
            answered_by=answered_by,
            fit_s=fit_s,
        )
        for column, target in enumerate(COLUMNS)
    ]


def _measurement(row: NirsoilRow) -> Measurement:
    name = f"NIRsoil RMSE of {row.target}, {row.calibration} ({row.answered_by})"
    goal = GOALS.get((row.calibration, row.target))
    if goal is None:
        return observed(name, row.rmse, "RMSE")
    return at_most(name, row.rmse, "RMSE", goal)


if __name__ == "__main__":
    Console().print(nirsoil_table(measure()))
