"""What a careful reader would hold against an evaluation, said by it first."""

import math
from collections.abc import Iterator

from trainer.evaluation.evaluation_result import Evaluation, IntervalScore

FEW_SOILS = 60
MOSTLY_ALONE = 0.9
SURELY = 2.58
"""Standard errors that chance alone exceeds once in a hundred times, both ways."""


def doubts_of(evaluation: Evaluation) -> Iterator[str]:
    """Yield one sentence for each reason to trust the figures less."""
    yield from _doubts_of_split(evaluation)
    yield from _doubts_of_seeds(evaluation)
    yield from _doubts_of_intervals(evaluation)
    compared = sum(not one.is_baseline for one in evaluation.methods)
    if compared > 1:
        yield (
            f"The best of {compared} methods was found on the soils that it is judged "
            "by, which flatters it a little: confirm it on soils not used here."
        )
    for target in evaluation.targets:
        if target.analysed < FEW_SOILS:
            yield (
                f"Only {target.analysed} soils have a value of {target.name}: one odd "
                "soil moves every figure."
            )


def _doubts_of_split(evaluation: Evaluation) -> Iterator[str]:
    library, split = evaluation.library, evaluation.splits[0]
    if library.groups > MOSTLY_ALONE * library.soils:
        yield (
            f"{library.groups} groups among {library.soils} soils: almost none says "
            "which field, profile or survey it belongs to, so each stood for itself. "
            "If neighbours are among them, a new field will see larger errors."
        )
    if library.farms > 1 and split.kind != "leave-farm-out":
        yield (
            "Soils of every farm may have been learned from. These figures are for "
            "farms that are in the library; for a new farm, split by leave-farm-out."
        )
    if split.folds == 1:
        yield (
            "One fold only: differences were tested by drawing the test soils anew, "
            "which says nothing of what other training soils would have given."
        )


def _doubts_of_seeds(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.seeds == 1:
        yield "One seed only: no figure has a spread, and luck cannot be told apart."
    elif len(evaluation.splits) == 1:
        yield (
            "All seeds share one split: ± tells how far a method's own draws move its "
            "figures, not what other soils would have given."
        )


def _doubts_of_intervals(evaluation: Evaluation) -> Iterator[str]:
    """Yield the farms on which the best method's intervals held too seldom."""
    for target in evaluation.targets if evaluation.methods else ():
        best = evaluation.ranked(target.name)[0].method
        failing = [
            f"{one.farm} ({one.coverage:.0%} of {one.n})"
            for one in evaluation.intervals
            if (one.method, one.target) == (best, target.name) and _is_too_low(one)
        ]
        if failing:
            yield (
                f"The {evaluation.intervals[0].level:.0%} intervals of {best} for "
                f"{target.name} held too seldom to be chance on {', '.join(failing)}."
            )


def _is_too_low(score: IntervalScore) -> bool:
    chance = math.sqrt(score.level * (1 - score.level) / score.n)
    return score.coverage < score.level - SURELY * chance
