"""What a library adds where a farm has labels enough: LimeSoDa's fixed ten folds.

`python -m tests.benchmarks.informed_folds` predicts every soil from the nine folds it
is not in, as `tests.benchmarks.limesoda_folds` does, by one recipe for all fields: the
equal mean of the strong local average, on all bands that the instrument has, and of
`auto`, which localises from the other sets on the bands that they share. Nothing is
chosen on what is reported: both halves choose inside the nine folds, and halves are
halves.
"""

import argparse
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from tests.benchmarks.limesoda_farms import FINE, Customer, customer
from tests.benchmarks.limesoda_folds import PUBLISHED, read_field
from tests.benchmarks.measurement import Measurement, at_least, at_most, observed
from trainer.calibrations.average import Average
from trainer.localisation.farm_model import localise
from trainer.localisation.knowledge.library_knowledge import learn_library

SEED = 0


@dataclass(frozen=True)
class InformedRow:
    """RMSE over the best published one, of both halves and of their mean."""

    field: str
    soils: int
    average: float
    auto: float
    both: float


def measure(fields: Iterable[str] = tuple(PUBLISHED)) -> Iterator[InformedRow]:
    """Yield one row a field as it is done."""
    with threadpool_limits(limits=1):
        for field in fields:
            yield _row(customer(field, FINE))


def bench_rows() -> list[Measurement]:
    """Return this file's figures; they take minutes and are asked for."""
    if not os.environ.get("TERROIR_BENCH_SLOW"):
        return [observed("informed ten folds: set TERROIR_BENCH_SLOW=1", 0, "sets")]
    rows = list(measure())
    ahead = sum(row.both <= 1 for row in rows)
    mean = mean_of(rows, "both")
    told = [
        observed(f"informed, {one.field}, published", one.both, "x") for one in rows
    ]
    return [
        *told,
        at_most("informed, geometric mean over 15 sets", mean, "x", 0.871),
        at_least("informed, sets at or under published", ahead, "sets", 13),
    ]


def mean_of(rows: Sequence[InformedRow], name: str) -> float:
    """Return the geometric mean of one column."""
    return float(np.exp(np.mean([np.log(getattr(row, name)) for row in rows])))


def _row(farm: Customer) -> InformedRow:
    knowledge, values = learn_library(farm.library), farm.values
    soils, folds = read_field(farm.field)
    average, auto = np.empty(len(values)), np.empty(len(values))
    for fold in np.unique(folds):
        out, kept = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        own = localise(knowledge, farm.some(kept), SEED).fits[0]
        auto[out] = own.answer(farm.farm.spectra[out]) * farm.own_unit
        alone = Average().fit(soils.take(kept), SEED)
        average[out] = alone.predict(soils.spectra[out])[:, 0]

    def ratio(answers: NDArray[np.float64]) -> float:
        error = float(np.sqrt(((answers - soils.values[:, 0]) ** 2).mean()))
        return error / PUBLISHED[farm.field]

    both = (average + auto) / 2
    return InformedRow(
        farm.field, len(values), ratio(average), ratio(auto), ratio(both)
    )


def main() -> None:
    """Print each field when it is done, then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fields", nargs="*", default=list(PUBLISHED))
    console, rows = Console(), []
    for row in measure(parser.parse_args().fields):
        halves = f"average {row.average:.4f}, auto {row.auto:.4f}"
        console.print(f"{row.field}: {row.both:.4f} ({halves})")
        rows.append(row)
    table = Table("field", "n", "average", "auto", "both", title="RMSE over published")
    for row in rows:
        figures = (row.average, row.auto, row.both)
        table.add_row(row.field, str(row.soils), *(f"{one:.3f}" for one in figures))
    means = (mean_of(rows, name) for name in ("average", "auto", "both"))
    table.add_row("geometric mean", "", *(f"{one:.4f}" for one in means))
    console.print(table)


if __name__ == "__main__":
    main()
