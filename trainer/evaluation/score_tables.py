"""The tables of an evaluation as text, for pages, cards and terminals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from protocols.units import unit_of
from trainer.evaluation.evaluation_result import Evaluation, Score
from trainer.evaluation.paired_comparison import PairedDifference

FIGURES = ("n", "RMSE", "ME", "R²", "r²", "CCC", "RPD", "RPIQ", "held", "width")
MOST_FARMS = 12

Mark = Literal["best", "alike", ""]


@dataclass(frozen=True)
class Cell:
    """One method on one target.

    Attributes:
        text: RMSE, with its spread over seeds.
        mark: The best, not to be told apart from it, or neither.
    """

    text: str
    mark: Mark


def number(value: float) -> str:
    """Return three significant digits, a dash for what is not defined."""
    return f"{value:#.3g}".rstrip(".") if math.isfinite(value) else "-"


def overview(evaluation: Evaluation) -> list[tuple[str, list[Cell]]]:
    """Return the table of methods and targets, in the order asked for."""
    return [
        (one.name, [_cell(evaluation, one.name, at.name) for at in evaluation.targets])
        for one in evaluation.methods
    ]


def verdict(evaluation: Evaluation, target: str) -> str:
    """Say who errs least, and who cannot be told apart from it."""
    best = evaluation.ranked(target)[0]
    alike = [
        one.method
        for one in against_best(evaluation, target)
        if not one.is_distinguishable
    ]
    found = f"{best.method} errs least, RMSE {number(best.mean.rmse)} {unit_of(target)}"
    if not alike:
        return found
    return f"{found}; not distinguishable from it: {', '.join(alike)}"


def against_best(evaluation: Evaluation, target: str) -> list[PairedDifference]:
    """Return each other method's difference from the one that errs least."""
    best = evaluation.ranked(target)[0].method
    return [
        one
        for one in evaluation.comparisons
        if (one.target, one.reference) == (target, best)
    ]


def figure_row(evaluation: Evaluation, score: Score) -> tuple[str, ...]:
    """Return one method's figures on all soils, as `FIGURES` heads them."""
    mean, spread = score.mean, score.spread
    held = [
        (f"{one.coverage:.0%}", number(one.width))
        for one in evaluation.intervals
        if (one.method, one.target) == (score.method, score.target)
    ]
    return (
        score.method,
        str(mean.n),
        with_spread(mean.rmse, spread.rmse),
        f"{mean.me:+.2g}",
        f"{mean.r2:.3f}",
        f"{mean.r2_correlation:.3f}" if math.isfinite(mean.r2_correlation) else "-",
        f"{mean.ccc:.3f}",
        number(mean.rpd),
        number(mean.rpiq),
        *(held[0] if held else ("-", "-")),
    )


def farms_of(evaluation: Evaluation, target: str) -> list[Score]:
    """Return one score a farm, the farms of most soils first."""
    method = evaluation.methods[0].name
    farms = [
        one
        for one in evaluation.scores
        if (one.part, one.target, one.method) == ("farm", target, method)
    ]
    return sorted(farms, key=lambda one: -one.mean.n)[:MOST_FARMS]


def farm_row(
    evaluation: Evaluation, method: str, farms: Sequence[Score]
) -> tuple[str, ...]:
    """Return one method's RMSE on each of the farms."""
    found = {
        one.name: with_spread(one.mean.rmse, one.spread.rmse)
        for one in evaluation.scores
        if (one.part, one.target, one.method) == ("farm", farms[0].target, method)
    }
    return (method, *(found[farm.name] for farm in farms))


def with_spread(value: float, spread: float) -> str:
    """Return a figure and its spread over seeds, where there is one to tell."""
    if not math.isfinite(spread) or spread < 0.0005 * abs(value):
        return number(value)
    return f"{number(value)} ± {spread:.1g}"


def _cell(evaluation: Evaluation, method: str, target: str) -> Cell:
    score = evaluation.whole_score(method, target)
    return Cell(
        with_spread(score.mean.rmse, score.spread.rmse),
        _mark(evaluation, method, target),
    )


def _mark(evaluation: Evaluation, method: str, target: str) -> Mark:
    if evaluation.ranked(target)[0].method == method:
        return "best"
    apart = {one.method: one for one in against_best(evaluation, target)}
    return "" if apart[method].is_distinguishable else "alike"
