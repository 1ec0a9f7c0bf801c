"""What a careful reader would hold against an evaluation, said by it first."""

from collections.abc import Iterator

from trainer.evaluation.evaluation_result import Evaluation

FEW_SOILS = 60


def doubts_of(evaluation: Evaluation) -> Iterator[str]:
    """Yield one sentence for each reason to trust the figures less."""
    yield from _doubts_of_split(evaluation)
    yield from _doubts_of_seeds(evaluation)
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
    if library.groups == library.soils:
        yield (
            "No soil says which field, profile or survey it belongs to, so each stood "
            "for itself. If neighbours are among them, a new field will see larger "
            "errors than these."
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
