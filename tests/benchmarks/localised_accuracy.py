"""How much a farm's own labels help, measured on soils that gave none.

`python -m tests.benchmarks.localised_accuracy` takes each LimeSoDa farm in turn as the
new customer and all others as its library, draws labels at random, and judges on soils
that are never labelled, the same ones for every number of labels. Organic matter counts
as carbon times 1.724 here, so that there are five farms to measure on.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.benchmarks.measurement import Measurement, at_least, at_most, observed
from trainer.evaluation.agreement import agreement
from trainer.evaluation.coverage import coverage
from trainer.export.export_parity import answer_of
from trainer.export.exporter import Exporter
from trainer.library.limesoda import limesoda_library, usable_farms
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_model import as_module, localise
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)
from trainer.localisation.package.farm_package import PackageOrder, make_farm_package

LABELS = (0, 10, 20, 30, 60)
SEEDS = 5
FARMS = usable_farms(organic_matter="convert")


@dataclass(frozen=True)
class AccuracyRow:
    """One farm at one number of labels, averaged over draws of the labels."""

    farm: str
    labels: int
    soils: int
    spread: float
    rmse: float
    me: float
    r2: float
    ccc: float
    coverage: float
    flagged: float


def measure(
    farms: Sequence[str] = FARMS, seeds: int = SEEDS, labels: Sequence[int] = LABELS
) -> list[AccuracyRow]:
    """Return one row a farm and number of labels."""
    everything = limesoda_library(FARMS, organic_matter="convert")
    return [
        _average(_measure_once(everything, farm, count, seed) for seed in range(seeds))
        for farm in farms
        for count in labels
    ]


def bench_rows() -> list[Measurement]:
    """Return the figures of the group `localisation` for `make bench`."""
    rows = measure()
    local = [row for row in rows if row.labels >= LABELS[1]]
    held = float(np.mean([row.coverage for row in local]))
    flagged = float(np.mean([row.flagged for row in local]))
    gain = _relative(rows, 30) / _relative(rows, 0)
    return [
        *(
            observed(f"RMSE over spread, {one} labels", _relative(rows, one), "ratio")
            for one in LABELS
        ),
        at_most("RMSE at 30 labels over the library's", gain, "ratio", 0.7),
        at_least("90 % intervals hold, 10 to 60 labels", held, "share", 0.88),
        at_most("90 % intervals hold, 10 to 60 labels", held, "share", 0.94),
        at_most("own soils flagged as foreign", flagged, "share", 0.1),
        at_most("refit, export and package, warm", _seconds_a_refit(), "s", 3.0),
    ]


def accuracy_table(rows: Iterable[AccuracyRow]) -> Table:
    """Return the rows as a table to print."""
    table = Table(title="organic carbon, %, on soils that were never labelled")
    table.add_column("farm")
    names = ("labels", "n", "sd", "RMSE", "ME", "R2", "CCC", "held", "flag")
    for name in names:
        table.add_column(name, justify="right")
    for row in rows:
        figures = (row.spread, row.rmse, row.me, row.r2, row.ccc)
        shares = (row.coverage, row.flagged)
        table.add_row(
            row.farm,
            *(str(count) for count in (row.labels, row.soils)),
            *(f"{figure:.2f}" for figure in figures),
            *(f"{share:.0%}" for share in shares),
            end_section=row.labels == LABELS[-1],
        )
    return table


def _measure_once(
    everything: SpectralLibrary, farm: str, labels: int, seed: int
) -> AccuracyRow:
    knowledge, own = _learned_without(everything, farm), everything.only_farm(farm)
    order = np.random.default_rng(seed).permutation(len(own.soils))
    judged = np.sort(order[max(LABELS) :])
    module = as_module(localise(knowledge, _soils(own, order[:labels]), seed))
    answer = answer_of(module, own.spectra[judged])
    truth = own.values[judged, 0]
    figures = agreement(truth, answer.value[:, 0].astype(np.float64))
    low, high = (one[:, 0].astype(np.float64) for one in (answer.low, answer.high))
    return AccuracyRow(
        farm=farm,
        labels=labels,
        soils=len(judged),
        spread=float(truth.std()),
        rmse=figures.rmse,
        me=figures.me,
        r2=figures.r2,
        ccc=figures.ccc,
        coverage=coverage(truth, low, high),
        flagged=float((answer.novelty > 1).mean()),
    )


def _soils(own: SpectralLibrary, rows: np.ndarray) -> FarmSoils:
    samples = tuple(own.soils[row] for row in rows)
    return FarmSoils(samples, own.spectra[rows], own.values[rows])


def _average(draws: Iterable[AccuracyRow]) -> AccuracyRow:
    rows = list(draws)
    names = ("spread", "rmse", "me", "r2", "ccc", "coverage", "flagged")
    means = {
        name: float(np.mean([getattr(row, name) for row in rows])) for name in names
    }
    return AccuracyRow(rows[0].farm, rows[0].labels, rows[0].soils, **means)


def _relative(rows: Iterable[AccuracyRow], labels: int) -> float:
    """Return the geometric mean over farms of RMSE over the soils' spread."""
    ratios = [row.rmse / row.spread for row in rows if row.labels == labels]
    return float(np.exp(np.mean(np.log(ratios))))


def _seconds_a_refit() -> float:
    """Return the time of one more label, in a process that has packed the farm once."""
    everything = limesoda_library(FARMS, organic_matter="convert")
    farm, exporter = FARMS[0], Exporter()
    knowledge, own = _learned_without(everything, farm), everything.only_farm(farm)
    order = PackageOrder("bench", farm, None, datetime(2026, 1, 1, tzinfo=UTC))
    make_farm_package(knowledge, _soils(own, np.arange(29)), order, exporter)
    started = time.perf_counter()
    make_farm_package(knowledge, _soils(own, np.arange(30)), order, exporter)
    return time.perf_counter() - started


_LEARNED: dict[str, LibraryKnowledge] = {}


def _learned_without(everything: SpectralLibrary, farm: str) -> LibraryKnowledge:
    if farm not in _LEARNED:
        _LEARNED[farm] = learn_library(everything.without_farm(farm))
    return _LEARNED[farm]


if __name__ == "__main__":
    Console().print(accuracy_table(measure()))
