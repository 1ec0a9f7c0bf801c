"""What a farm's first labels are worth: `auto` against labels alone, on twelve farms.

`python -m tests.benchmarks.few_labels` takes each LimeSoDa set of 58 soils or more as
the farm and the others as its library. Labels are drawn ten times; judged soils are
never labelled and are the same for every number of labels of a draw. `auto` is what the
product's `localise` does. The constants of its rule of trust are chosen, for each farm,
by the errors on the eleven other farms, from the grid below; views, members and their
settings are the same for all.

It is held against the strong local average (`trainer.calibrations.average`, ridge,
support vectors and processes chosen on the labels), and against a single PLS.
"""

import argparse
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from tests.benchmarks.limesoda_farms import Customer, customer, learned_library
from tests.benchmarks.measurement import Measurement, at_most, observed
from trainer.calibrations.average import Average
from trainer.calibrations.calibration import Calibration, Soils
from trainer.calibrations.partial_least_squares import PartialLeastSquares
from trainer.calibrations.target_model import TargetModel, believable_range
from trainer.localisation.farm_domain import FarmDomain, farm_domain
from trainer.localisation.farm_judgement import judged_target
from trainer.localisation.stack_fit import FittedMembers, LabelledFarm, fit_stack
from trainer.localisation.target_fit import TargetFit
from trainer.localisation.treated_soils import TreatedSoils, treat_all
from trainer.localisation.trust import FAR, ExpertRule, TrustRule

FARMS = (
    "SSP.460", "SP.231", "SL.125", "UL.120", "SA.112", "CV.98",
    "SC.93", "RP.62", "SSP.58", "H.138", "NRW.115", "NRW.62",
)  # fmt: skip
LABELS = (8, 15, 30, 60)
SEEDS = 10
LARGE_FARM = 90
"""Farms of so many soils can spare 60 labels; 28 or more soils are always judged."""

GOALS = {8: 0.90, 15: 0.93, 30: 0.95, 60: 0.965}
WORST = {8: 1.10, 15: 1.05, 30: 1.05, 60: 1.05}
RULES = tuple(
    TrustRule(library_labels=labels, steepness=steepness, far=far, near_fall=fall)
    for labels, steepness, far, fall in product(
        (20.0, 30.0), (1.0, 2.0), (FAR, ExpertRule(0.3, 8.0)), (4.0, 16.0)
    )
)
PLS_LABELS = 30
IDEAS = (
    "equal mean of all members",
    "local or library, by nested error",
    "members weighted by nested error",
)
"""Measured beside the rule, on the same members."""


@dataclass(frozen=True)
class Draw:
    """One draw of labels on one farm.

    Attributes:
        field: The farm.
        labels: How many soils were labelled.
        average: RMSE of the strong local average.
        pls: RMSE of a single PLS, where it was fitted.
        rules: RMSE of `auto` under each of `RULES`.
        ideas: RMSE of each of `IDEAS`.
        held: Which share of the judged soils the 90 % interval holds.
    """

    field: str
    labels: int
    average: float
    pls: float
    rules: tuple[float, ...]
    ideas: tuple[float, ...]
    held: float


@dataclass(frozen=True)
class FarmRow:
    """Means over the draws of one farm at one number of labels; ratios of RMSE.

    Attributes:
        field: The farm.
        labels: How many soils were labelled.
        to_average: `auto` over the strong local average.
        to_pls: `auto` over a single PLS, where it was fitted.
        ideas: Each of `IDEAS` over the strong local average.
        held: Which share of the judged soils the 90 % interval holds.
    """

    field: str
    labels: int
    to_average: float
    to_pls: float
    ideas: tuple[float, ...]
    held: float


def measure(seeds: int = SEEDS, jobs: int = 1) -> list[FarmRow]:
    """Return one row a farm and number of labels."""
    draws = list(_all_draws(seeds, jobs))
    chosen = {field: _rule_of_others(draws, field) for field in FARMS}
    found = []
    for field, labels in product(FARMS, LABELS):
        own = [one for one in draws if (one.field, one.labels) == (field, labels)]
        if own:
            found.append(_row(own, chosen[field]))
    return found


def bench_rows() -> list[Measurement]:
    """Return this file's figures; they take minutes and are asked for."""
    if not os.environ.get("TERROIR_BENCH_SLOW"):
        return [observed("few labels: set TERROIR_BENCH_SLOW=1", 0, "farms")]
    rows = measure()
    told = [row for labels in LABELS for row in _goal_rows(rows, labels)]
    pls = [row.to_pls for row in rows if row.labels == PLS_LABELS]
    name = f"auto over single PLS, {PLS_LABELS} labels"
    return [*told, at_most(name, float(np.mean(pls)), "x", 0.83)]


def farm_table(rows: Iterable[FarmRow]) -> Table:
    """Return the ratios, one farm a line."""
    known = {(row.field, row.labels): row for row in rows}
    names = [f"{labels}" for labels in LABELS]
    table = Table("farm", *names, "PLS, 30", "held, 9 labels on")
    table.title = "auto over the strong local average, RMSE ratio"
    for field in dict.fromkeys(field for field, _ in known):
        own = [known.get((field, labels)) for labels in LABELS]
        cells = ["" if one is None else f"{one.to_average:.3f}" for one in own]
        held = [one.held for one in own if one and one.labels > LABELS[0]]
        table.add_row(
            field,
            *cells,
            f"{known[field, PLS_LABELS].to_pls:.3f}",
            f"{np.mean(held):.2f}",
        )
    for name, over in (("mean", np.mean), ("worst", np.max)):
        ratios = [
            over([row.to_average for row in known.values() if row.labels == labels])
            for labels in LABELS
        ]
        table.add_row(name, *(f"{one:.3f}" for one in ratios), "", "")
    return table


def idea_table(rows: Sequence[FarmRow]) -> Table:
    """Return what other ways to weigh the same members come to."""
    table = Table("idea", *map(str, LABELS))
    table.title = "over the strong local average, mean (worst farm)"
    for at, idea in enumerate(IDEAS):
        ratios = [
            [row.ideas[at] for row in rows if row.labels == labels] for labels in LABELS
        ]
        table.add_row(idea, *(f"{np.mean(one):.3f} ({max(one):.2f})" for one in ratios))
    return table


def _goal_rows(rows: Sequence[FarmRow], labels: int) -> Iterator[Measurement]:
    ratios = [row.to_average for row in rows if row.labels == labels]
    name = f"auto over strong local average, {labels} labels"
    mean, worst = float(np.mean(ratios)), max(ratios)
    yield at_most(f"{name}, mean of {len(ratios)} farms", mean, "x", GOALS[labels])
    yield at_most(f"{name}, worst farm", worst, "x", WORST[labels])


def _row(draws: Sequence[Draw], rule: int) -> FarmRow:
    auto = np.array([one.rules[rule] for one in draws])
    return FarmRow(
        field=draws[0].field,
        labels=draws[0].labels,
        to_average=float(np.mean(auto / [one.average for one in draws])),
        to_pls=float(np.mean(auto / [one.pls for one in draws])),
        ideas=tuple(
            float(np.mean([one.ideas[at] / one.average for one in draws]))
            for at in range(len(IDEAS))
        ),
        held=float(np.mean([one.held for one in draws])),
    )


def _rule_of_others(draws: Sequence[Draw], field: str) -> int:
    """Return the rule of least mean ratio on all other farms; each counts the same."""
    cells: dict[tuple[str, int], list[NDArray[np.float64]]] = {}
    for one in draws:
        if one.field != field:
            ratios = np.array(one.rules) / one.average
            cells.setdefault((one.field, one.labels), []).append(ratios)
    means = [np.mean(ratios, axis=0) for ratios in cells.values()]
    return int(np.mean(means, axis=0).argmin())


def _all_draws(seeds: int, jobs: int) -> Iterator[Draw]:
    tasks = [(field, seeds) for field in FARMS]
    if jobs == 1:
        for task in tasks:
            yield from _told(_farm_draws(task))
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for found in pool.map(_farm_draws, tasks):
            yield from _told(found)


def _told(draws: list[Draw]) -> list[Draw]:
    Console(stderr=True).print(f"{draws[0].field} done")
    return draws


def _farm_draws(task: tuple[str, int]) -> list[Draw]:
    field, seeds = task
    with threadpool_limits(limits=1):
        farm = customer(field)
        counts = LABELS if len(farm.values) >= LARGE_FARM else LABELS[:-1]
        return [
            _draw(farm, labels, counts[-1], seed)
            for labels, seed in product(counts, range(seeds))
        ]


def _draw(farm: Customer, labels: int, spared: int, seed: int) -> Draw:
    order = np.random.default_rng(seed).permutation(len(farm.values))
    known, judged = order[:labels], np.sort(order[spared:])
    truth, scans = farm.values[judged], farm.farm.spectra[judged]

    def error(answers: NDArray[np.float64]) -> float:
        return float(np.sqrt(((answers - truth) ** 2).mean()))

    def fitted_by(calibration: Calibration) -> NDArray[np.float64]:
        return calibration.fit(_soils(farm, known), seed).predict(scans)[:, 0]

    fitted, fits = _judged_by_all_rules(farm, known, seed)
    answers = _answers(fits, scans)
    labels_known = farm.values[known]
    told = _member_answers(fitted, labels_known, scans)
    ideas = _ideas(fitted, labels_known, told)
    novelty = _domain(farm, known, seed).novelty(scans)
    misses, widths = (
        np.abs(answers[0] - truth),
        fits[0].half_widths(novelty, answers[0]),
    )
    return Draw(
        field=farm.field,
        labels=labels,
        average=error(fitted_by(Average())),
        pls=error(fitted_by(PartialLeastSquares())) if labels == PLS_LABELS else np.nan,
        rules=tuple(error(one) for one in answers),
        ideas=tuple(error(one) for one in ideas),
        held=float((misses <= widths).mean()),
    )


def _member_answers(
    fitted: FittedMembers, values: NDArray[np.float64], scans: NDArray[np.float32]
) -> NDArray[np.float64]:
    least, most = believable_range(values)
    told = TargetModel(
        tuple(one for (one,) in fitted.members), least, most
    ).member_answers(scans)
    return np.clip(told, least, most)


def _ideas(
    fitted: FittedMembers,
    values: NDArray[np.float64],
    answers: NDArray[np.float64],
) -> tuple[NDArray[np.float64], ...]:
    """Return the answers of each of `IDEAS`."""
    own = fitted.answers
    nested = np.concatenate([own.local, own.shared, *own.experts])[:, 0]
    misses = nested - values
    local = len(own.local)
    sides = (slice(None, local), slice(local, None))
    errors = [float((misses[side].mean(axis=0) ** 2).mean()) for side in sides]
    better = sides[int(np.argmin(errors))]
    squares = (misses**2).mean(axis=1)
    weights = (squares / squares.min()) ** (-misses.shape[1] / 2)
    return (
        answers.mean(axis=0),
        answers[better].mean(axis=0),
        weights @ answers / weights.sum(),
    )


def _judged_by_all_rules(
    farm: Customer, rows: NDArray[np.intp], seed: int
) -> tuple[FittedMembers, list[TargetFit]]:
    """Fit members as `localise` does, once, and judge them by each rule."""
    knowledge = learned_library(farm.field)
    labelled = LabelledFarm(
        soils=TreatedSoils(treat_all(farm.farm.spectra[rows]), farm.values[rows]),
        spectra=farm.farm.spectra[rows],
        novelty=_domain(farm, rows, seed).left_out,
        grid=knowledge.grid,
        number=0,
    )
    (fitted,) = fit_stack(knowledge.by_target[0], [labelled], seed)
    return fitted, [
        judged_target(replace(knowledge, rule=rule), 0, labelled, fitted)
        for rule in RULES
    ]


def _answers(
    fits: Sequence[TargetFit], scans: NDArray[np.float32]
) -> list[NDArray[np.float64]]:
    """Return each fit's answers; a member that several fits share answers once."""
    known: dict[int, NDArray[np.float64]] = {}
    for fit in fits:
        new = [one for one in fit.model.members if id(one) not in known]
        if new:
            told = replace(fit.model, members=tuple(new), shares=())
            answers = told.member_answers(scans)
            known.update(zip(map(id, new), answers, strict=True))
    return [_mixed(fit, known, scans) for fit in fits]


def _mixed(
    fit: TargetFit,
    known: dict[int, NDArray[np.float64]],
    scans: NDArray[np.float32],
) -> NDArray[np.float64]:
    if fit.memory is not None:
        return fit.answer(scans)
    model = fit.model
    answers = [known[id(one)] for one in model.members]
    return np.array(model.shares) @ np.clip(answers, model.least, model.most)


def _domain(farm: Customer, rows: NDArray[np.intp], seed: int) -> FarmDomain:
    return farm_domain(learned_library(farm.field).domain, farm.some(rows), seed)


def _soils(farm: Customer, rows: NDArray[np.intp]) -> Soils:
    return Soils(
        spectra=farm.farm.spectra[rows],
        values=farm.farm.values[rows],
        groups=tuple(farm.farm.samples[row] for row in rows),
        grid=farm.library.grid,
        targets=farm.library.targets,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--jobs", type=int, default=1)
    chosen = parser.parse_args()
    rows = measure(chosen.seeds, chosen.jobs)
    Console().print(farm_table(rows))
    Console().print(idea_table(rows))


if __name__ == "__main__":
    main()
