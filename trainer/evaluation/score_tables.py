"""The tables of an evaluation as text, for pages, cards and terminals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from protocols.units import unit_of
from trainer.evaluation.evaluation_result import WHOLE, Evaluation, Score
from trainer.evaluation.paired_comparison import STANDARD, PairedDifference

FIGURES = (
    "n",
    "RMSE",
    "ME",
    "R²",
    "r²",
    "CCC",
    "RPD",
    "RPIQ",
    "held",
    "width",
    "to PLS",
)
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


@dataclass(frozen=True)
class FarmCell:
    """One method on one farm.

    Attributes:
        rmse: With its spread over seeds.
        rest: R² within the farm, and the share of intervals that held.
        is_best: Whether no method errs less there.
    """

    rmse: str
    rest: str
    is_best: bool


@dataclass(frozen=True)
class FarmRow:
    """One method on all farms."""

    method: str
    cells: tuple[FarmCell, ...]


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
        if (one.method, one.target, one.farm) == (score.method, score.target, WHOLE)
    ]
    return (
        score.method,
        str(mean.n),
        with_spread(mean.rmse, spread.rmse),
        with_sign(mean.me, mean.rmse),
        f"{mean.r2:.3f}",
        f"{mean.r2_correlation:.3f}" if math.isfinite(mean.r2_correlation) else "-",
        f"{mean.ccc:.3f}",
        number(mean.rpd),
        number(mean.rpiq),
        *(held[0] if held else ("-", "-")),
        _against_standard(evaluation, score),
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


def farm_rows(
    evaluation: Evaluation, methods: Sequence[str], farms: Sequence[Score]
) -> tuple[FarmRow, ...]:
    """Return one row a method: RMSE, R² and held intervals of each farm."""
    scores = {
        (one.method, one.name): one
        for one in evaluation.scores
        if (one.part, one.target) == ("farm", farms[0].target)
    }
    held = {
        (one.method, one.farm): one.coverage
        for one in evaluation.intervals
        if one.target == farms[0].target
    }
    least = {
        farm.name: min(scores[one, farm.name].mean.rmse for one in methods)
        for farm in farms
    }
    return tuple(
        FarmRow(
            method,
            tuple(
                _farm_cell(scores[method, name], least[name], held.get((method, name)))
                for name in (farm.name for farm in farms)
            ),
        )
        for method in methods
    )


def with_sign(error: float, scale: float) -> str:
    """Return an error with its sign, to the digits that `scale` is told with."""
    if not (math.isfinite(error) and scale > 0):
        return number(error)
    digits = max(0, 2 - math.floor(math.log10(scale)))
    return f"{round(error, digits) + 0.0:+.{digits}f}"


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


def _against_standard(evaluation: Evaluation, score: Score) -> str:
    """Return how much more a method errs than PLS, as a share of what PLS errs."""
    for one in evaluation.comparisons:
        if (one.target, one.method, one.reference) == (
            score.target,
            score.method,
            STANDARD,
        ):
            standard = evaluation.whole_score(STANDARD, score.target).mean.rmse
            sign = "" if one.is_distinguishable else "≈ "
            return f"{sign}{one.difference / standard:+.0%}"
    return "-"


def _farm_cell(score: Score, least: float, held: float | None) -> FarmCell:
    share = "" if held is None else f", held {held:.0%}"
    return FarmCell(
        rmse=with_spread(score.mean.rmse, score.spread.rmse),
        rest=f"R² {score.mean.r2:.2f}{share}",
        is_best=score.mean.rmse == least,
    )


def _mark(evaluation: Evaluation, method: str, target: str) -> Mark:
    if evaluation.ranked(target)[0].method == method:
        return "best"
    apart = {one.method: one for one in against_best(evaluation, target)}
    return "" if apart[method].is_distinguishable else "alike"
