"""How often 90 % intervals hold on real farms, and how wide they are.

`python -m tests.benchmarks.interval_coverage` takes each spectral LimeSoDa set as the
farm and the others as its library. Labels are drawn ten times; all soils that have no
label are judged, and at least twelve of them. `product` is what the exported module
answers. Beside it stand other ways on the same members: one width for all soils, split
conformal (half of the labels calibrates), a normal interval from nested errors, and,
with `--folds`, CV+ as it is and scaled, and the jackknife-minmax.

Widths are in standard deviations of the farm's values. The score is the mean width plus
20 times the mean amount by which a soil lies outside (Gneiting and Raftery 2007): less
is better, and no trade of width against coverage brings it down. What novelty and value
count is chosen for each farm by the score on all others, and shown beside what landed.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product as pairs
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from tests.benchmarks.interval_ways import (
    Interval,
    LabelledDraw,
    cv_plus,
    minmax,
    normal,
    product,
    split_conformal,
    with_shares,
)
from tests.benchmarks.limesoda_farms import FIELDS, Customer, customer, learned_library
from tests.benchmarks.measurement import Measurement, observed
from trainer.calibrations.local_difficulty import SHARES, DifficultyShares

Array = NDArray[np.float64]
Way = Callable[[LabelledDraw], Interval]

LABELS = (15, 30, 60)
GOAL_LABELS, LEAST_HELD, MOST_HELD = 30, 0.87, 0.93
FEWEST_JUDGED, MOST_JUDGED = 12, 200
SEEDS = 10
PENALTY = 20.0
"""Two over what an interval of 90 % leaves outside."""

EVEN = DifficultyShares(0.0, 0.0)
WAYS: dict[str, Way] = {
    "product": product,
    "one width": partial(with_shares, shares=EVEN),
    "split conformal": split_conformal,
    "normal": normal,
}
FOLD_WAYS: dict[str, Way] = {
    "CV+": partial(cv_plus, is_scaled=False),
    "CV+, scaled": partial(cv_plus, is_scaled=True),
    "jackknife-minmax": minmax,
}
GRID = tuple(
    DifficultyShares(novelty, value)
    for novelty, value in pairs((0.0, 0.2, 0.4, 0.6), repeat=2)
    if novelty + value < 1
)


@dataclass(frozen=True)
class Held:
    """How intervals did on some soils.

    Attributes:
        share: Which share of the soils lay inside.
        width: Mean width.
        score: Width and misses in one number.
        rich: The share inside among the third of soils told to be highest.
    """

    share: float
    width: float
    score: float
    rich: float


@dataclass(frozen=True)
class Draw:
    """One draw of labels on one farm: each way, and each entry of `GRID`."""

    field: str
    labels: int
    ways: dict[str, Held]
    grid: tuple[float, ...]


def bench_rows() -> list[Measurement]:
    """Return this file's figures; they take minutes and are asked for."""
    if not os.environ.get("TERROIR_BENCH_SLOW"):
        return [observed("interval coverage: set TERROIR_BENCH_SLOW=1", 0, "farms")]
    draws = measure()
    return [row for labels in LABELS for row in _rows_at(draws, labels)]


def measure(
    seeds: int = SEEDS,
    jobs: int = 1,
    labels: tuple[int, ...] = LABELS,
    *,
    folds: bool = False,
) -> list[Draw]:
    """Return every draw on every farm that has enough soils."""
    tasks = [(field, seeds, labels, folds) for field in FIELDS]
    if jobs == 1:
        return [draw for task in tasks for draw in _told(_farm_draws(task))]
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        found = pool.map(_farm_draws, tasks)
        return [draw for draws in found for draw in _told(draws)]


def way_table(draws: Sequence[Draw], labels: int) -> Table:
    """Return what each way comes to, every farm counting the same."""
    own = [one for one in draws if one.labels == labels]
    count = len({one.field for one in own})
    table = Table("way", "inside", "least", "most", "rich", "width", "score")
    table.title = f"{labels} labels, {count} farms"
    for way in own[0].ways:
        farms = [_mean_of(held) for held in _by_farm(own, way).values()]
        shares = [one.share for one in farms]
        table.add_row(
            way,
            f"{np.mean(shares):.3f}",
            f"{min(shares):.2f}",
            f"{max(shares):.2f}",
            *(
                f"{np.mean([getattr(one, part) for one in farms]):.3f}"
                for part in ("rich", "width", "score")
            ),
        )
    return table


def farm_table(draws: Sequence[Draw], way: str = "product") -> Table:
    """Return one farm a line: share inside and width, at each number of labels."""
    columns = [f"{labels}: inside, width" for labels in LABELS]
    table = Table("farm", *columns, "others choose", title=way)
    for field in dict.fromkeys(one.field for one in draws):
        cells = []
        for labels in LABELS:
            own = [one.ways[way] for one in draws if _is_of(one, field, labels)]
            held = _mean_of(own) if own else None
            cells.append("" if held is None else f"{held.share:.2f}  {held.width:.2f}")
        chosen = choice_of_others(draws, field)
        table.add_row(field, *cells, f"{chosen.novelty:g}, {chosen.value:g}")
    return table


def choice_of_others(draws: Iterable[Draw], field: str) -> DifficultyShares:
    """Return the shares of least score on all other farms; each counts the same."""
    cells: dict[tuple[str, int], list[Array]] = {}
    even = GRID.index(EVEN)
    for one in draws:
        if one.field != field:
            scores = np.array(one.grid)
            cells.setdefault((one.field, one.labels), []).append(scores)
    ratios = [np.log(np.mean(own, axis=0)) for own in cells.values()]
    best = np.mean([one - one[even] for one in ratios], axis=0).argmin()
    return GRID[int(best)]


def _rows_at(draws: Sequence[Draw], labels: int) -> Iterator[Measurement]:
    own = [one for one in draws if one.labels == labels]
    for way in own[0].ways:
        farms = [_mean_of(held) for held in _by_farm(own, way).values()]
        share = float(np.mean([one.share for one in farms]))
        width = float(np.mean([one.width for one in farms]))
        name = f"{way}, {labels} labels, {len(farms)} farms"
        row = observed(f"90 % interval holds: {name}", share, "share")
        if way == "product" and labels == GOAL_LABELS:
            row["goal"] = f"{LEAST_HELD} to {MOST_HELD}"
            row["met"] = LEAST_HELD <= share <= MOST_HELD
        yield row
        yield observed(f"mean width: {name}", width, "sd")


def _by_farm(draws: Iterable[Draw], way: str) -> dict[str, list[Held]]:
    farms: dict[str, list[Held]] = {}
    for one in draws:
        farms.setdefault(one.field, []).append(one.ways[way])
    return farms


def _is_of(draw: Draw, field: str, labels: int) -> bool:
    return (draw.field, draw.labels) == (field, labels)


def _mean_of(held: Sequence[Held]) -> Held:
    parts = np.mean([[one.share, one.width, one.score, one.rich] for one in held], 0)
    return Held(*map(float, parts))


def _told(draws: list[Draw]) -> list[Draw]:
    for field in {one.field for one in draws}:
        Console(stderr=True).print(f"{field} done")
    return draws


def _farm_draws(task: tuple[str, int, tuple[int, ...], bool]) -> list[Draw]:
    field, seeds, counts, folds = task
    ways = {**WAYS, **FOLD_WAYS} if folds else WAYS
    with threadpool_limits(limits=1):
        farm = customer(field)
        spare = len(farm.values) - FEWEST_JUDGED
        return [
            _draw(farm, labels, seed, ways)
            for labels in counts
            if labels <= spare
            for seed in range(seeds)
        ]


def _draw(farm: Customer, labels: int, seed: int, ways: dict[str, Way]) -> Draw:
    order = np.random.default_rng(seed).permutation(len(farm.values))
    known, judged = order[:labels], order[labels:][:MOST_JUDGED]
    draw = LabelledDraw(farm, learned_library(farm.field), known, judged, seed)
    return Draw(
        field=farm.field,
        labels=labels,
        ways={name: _held(draw, way(draw)) for name, way in ways.items()},
        grid=tuple(_held(draw, with_shares(draw, one)).score for one in GRID),
    )


def _held(draw: LabelledDraw, told: Interval) -> Held:
    truth, spread = draw.farm.values[draw.judged], float(draw.farm.values.std())
    width = told.high - told.low
    outside = np.maximum(np.maximum(told.low - truth, truth - told.high), 0)
    inside = outside == 0
    rich = draw.told >= np.quantile(draw.told, 2 / 3)
    return Held(
        share=float(inside.mean()),
        width=float(width.mean()) / spread,
        score=float((width + PENALTY * outside).mean()) / spread,
        rich=float(inside[rich].mean()),
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--labels", type=int, nargs="+", default=LABELS)
    parser.add_argument("--folds", action="store_true", help="CV+ too; much slower")
    chosen = parser.parse_args()
    counts = tuple(chosen.labels)
    draws = measure(chosen.seeds, chosen.jobs, counts, folds=chosen.folds)
    console = Console()
    for labels in counts:
        console.print(way_table(draws, labels))
    console.print(farm_table(draws))
    console.print(f"landed: novelty {SHARES.novelty:g}, value {SHARES.value:g}")


if __name__ == "__main__":
    main()
