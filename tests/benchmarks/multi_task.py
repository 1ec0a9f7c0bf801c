"""Where telling several properties at once helps, and where it hurts.

`python -m tests.benchmarks.multi_task` trains on the same folds: one small network a
property (single-task), Padarian's network with a head a property (multi-task), and the
relevance-sharing experts (reduced to what a benchmark can wait for). Trunk, settings
and seeds are the same for single- and multi-task and nothing was tuned on these soils;
a first form of the experts, which took means over wavelength, was mended when it failed
here, so their column is not as blind.
LimeSoDa's fixed ten folds are joined two by two; NIRsoil's split is as given. An error
ratio counts as a difference where its 90 % bootstrap interval over soils leaves out 1.
The interval knows soils, not seeds: with another seed a small difference may go.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from LimeSoDa import load_dataset
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from protocols.wavelength_grid import resample_rows
from tests.benchmarks.measurement import Measurement, observed
from tests.benchmarks.nirsoil_accuracy import DATA as NIRSOIL
from tests.benchmarks.nirsoil_accuracy import read_nirsoil
from trainer.calibrations.calibration import Calibration, Soils
from trainer.library.limesoda import LIMESODA_GRID, read_farm
from trainer.networks.convolution_block import ConvolutionBlock
from trainer.networks.dense_block import DenseBlock
from trainer.networks.named_recipes import MULTI_TASK
from trainer.networks.progressive_experts_recipe import ProgressiveExpertsRecipe
from trainer.training.network_calibration import NetworkCalibration
from trainer.training.training_settings import TrainingSettings

FARMS = {"ssp-460": 1, "sl-125": 2, "cv-98": 2, "sc-93": 2}
"""Fields on the full range, and how many seeds each is repeated with."""
NIRSOIL_SEEDS = 2
COLUMNS = ("pH_target", "Clay_target")
PROPERTIES = ("carbon", "pH", "clay")
RESAMPLES = 2000
LEVEL = 0.9

SETTINGS = TrainingSettings(epochs=100, patience=15, learning_rate=2e-3)
ADAPTIVE = TrainingSettings(
    epochs=100, patience=15, learning_rate=2e-3, weighting="uncertainty"
)
SHARED_TRUNK = NetworkCalibration(MULTI_TASK, SETTINGS)
EXPERTS = NetworkCalibration(
    ProgressiveExpertsRecipe(
        name="progressive-experts, reduced",
        stem=(
            ConvolutionBlock(
                filters=24, kernel=16, stride=8, padding="same", activation="swish"
            ),
        ),
        own=("convolution",),
        levels=1,
        tower=(DenseBlock(units=24, activation="swish"),),
    ),
    ADAPTIVE,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FoldedSoils:
    """Soils, and which of them are judged by a network that has not seen them."""

    name: str
    soils: Soils
    tests: tuple[NDArray[np.intp], ...]
    seeds: int


@dataclass(frozen=True)
class SharingRow:
    """One property of one set: RMSE alone, and how sharing changes it."""

    soil_set: str
    target: str
    soils: int
    single: float
    multi: float
    experts: float
    low: float
    high: float

    @property
    def ratio(self) -> float:
        """RMSE of multi-task over RMSE of single-task."""
        return self.multi / self.single

    @property
    def verdict(self) -> str:
        """What the interval of the ratio allows to say."""
        if self.high < 1:
            return "helps"
        return "hurts" if self.low > 1 else "no difference shown"


def measure() -> Iterator[SharingRow]:
    """Yield one row a property as each set is done."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for folded in _sets():
            yield from _rows_of(folded)
    finally:
        torch.set_num_threads(threads)


def bench_rows() -> list[Measurement]:
    """Return the rows of multi-task learning for `make bench`."""
    began = time.perf_counter()
    rows = list(measure())
    mean = float(np.exp(np.mean([np.log(row.ratio) for row in rows])))
    told = [
        observed(
            f"{row.soil_set}, {row.target}: multi-task over single-task, {row.verdict}",
            row.ratio,
            "RMSE ratio",
        )
        for row in rows
    ]
    if not NIRSOIL.is_dir():
        told.append(observed("multi-task: NIRsoil is absent, set TERROIR_DATA", 0, ""))
    return [
        *told,
        observed("multi-task over single-task, geometric mean", mean, "RMSE ratio"),
        observed("multi-task against single-task", time.perf_counter() - began, "s"),
    ]


def sharing_table(rows: Iterable[SharingRow]) -> Table:
    """Return the rows as a table to print."""
    table = Table(title="RMSE on soils that were not seen; multi-task over single-task")
    for name in ("set", "property"):
        table.add_column(name)
    for name in ("n", "single", "multi", "experts", "ratio", "90 %"):
        table.add_column(name, justify="right")
    table.add_column("sharing")
    for row in rows:
        figures = (f"{one:.3f}" for one in (row.single, row.multi, row.experts))
        table.add_row(
            row.soil_set,
            row.target,
            str(row.soils),
            *figures,
            f"{row.ratio:.3f}",
            f"{row.low:.3f} to {row.high:.3f}",
            row.verdict,
        )
    return table


def _sets() -> Iterator[FoldedSoils]:
    for farm, seeds in FARMS.items():
        yield _farm(farm, seeds)
    if NIRSOIL.is_dir():
        yield _nirsoil()


def _farm(farm: str, seeds: int) -> FoldedSoils:
    scans = read_farm(farm, "convert")
    source = load_dataset(scans.soil_set.source)
    others = source["Dataset"][list(COLUMNS)].to_numpy(np.float64)
    folds = np.asarray(source["Folds"])
    soils = Soils(
        spectra=resample_rows(scans.wavelengths_nm, scans.spectra, LIMESODA_GRID),
        values=np.column_stack([scans.carbon, others]),
        groups=scans.soils,
        grid=LIMESODA_GRID,
        targets=PROPERTIES,
    )
    pairs = tuple(np.flatnonzero((folds - 1) // 2 == pair) for pair in range(5))
    return FoldedSoils(farm, soils, pairs, seeds)


def _nirsoil() -> FoldedSoils:
    split = read_nirsoil()
    known, count = split.train, len(split.values)
    soils = Soils(
        spectra=np.concatenate([known.spectra, split.spectra]),
        values=np.concatenate([known.values, split.values]),
        groups=(*known.groups, *(f"judged-{row}" for row in range(count))),
        grid=known.grid,
        targets=known.targets,
    )
    judged = np.arange(len(known), len(soils))
    return FoldedSoils("NIRsoil", soils, (judged,), NIRSOIL_SEEDS)


def _rows_of(folded: FoldedSoils) -> Iterator[SharingRow]:
    alone = _single_errors(folded)
    together = _errors(SHARED_TRUNK, folded)
    experts = _errors(EXPERTS, folded)
    for at, target in enumerate(folded.soils.targets):
        known = np.isfinite(alone[:, at])
        one, other = alone[known, at], together[known, at]
        low, high = _ratio_interval(one, other)
        yield SharingRow(
            soil_set=folded.name,
            target=target,
            soils=int(known.sum()),
            single=_rmse(one),
            multi=_rmse(other),
            experts=_rmse(experts[known, at]),
            low=low,
            high=high,
        )


def _single_errors(folded: FoldedSoils) -> Array:
    """Return squared errors of one network a property."""
    soils, columns = folded.soils, []
    for at, target in enumerate(soils.targets):
        values = soils.values[:, [at]]
        single = Soils(soils.spectra, values, soils.groups, soils.grid, (target,))
        alone = FoldedSoils(folded.name, single, folded.tests, folded.seeds)
        columns.append(_errors(SHARED_TRUNK, alone))
    return np.concatenate(columns, axis=1)


def _errors(calibration: Calibration, folded: FoldedSoils) -> Array:
    """Return every judged soil's squared error, the mean over seeds; NaN elsewhere."""
    soils = folded.soils
    errors = np.full((folded.seeds, *soils.values.shape), np.nan)
    everything = np.arange(len(soils))
    for seed in range(folded.seeds):
        for test in folded.tests:
            fitted = calibration.fit(soils.take(np.setdiff1d(everything, test)), seed)
            misses = fitted.predict(soils.spectra[test]) - soils.values[test]
            errors[seed, test] = misses**2
    mean: Array = errors.mean(axis=0)
    return mean


def _ratio_interval(alone: Array, together: Array) -> tuple[float, float]:
    rows = np.random.default_rng(0).integers(0, len(alone), (RESAMPLES, len(alone)))
    ratios = np.sqrt(together[rows].mean(axis=1) / alone[rows].mean(axis=1))
    low, high = np.quantile(ratios, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _rmse(squares: Array) -> float:
    return float(np.sqrt(squares.mean()))


if __name__ == "__main__":
    Console(width=110).print(sharing_table(measure()))
