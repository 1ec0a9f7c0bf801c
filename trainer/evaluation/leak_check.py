"""Refuse a split whose test soils share a field, profile or scan with training soils.

Such soils are told from their neighbours, not from their spectra: the figures would be
better than any farm will ever see.
"""

from collections.abc import Sequence

from trainer.errors import EvaluationError
from trainer.library.splits import Fold, Split


def refuse_leaks(split: Split, groups: Sequence[str]) -> None:
    """Refuse a split in which any fold has one group on both sides."""
    for number, fold in enumerate(split.folds):
        _refuse_strangers(fold, number, len(groups))
        shared = groups_on_both_sides(fold, groups)
        if shared:
            raise EvaluationError(
                f"expected no group on both sides of a fold, found {shared[0]!r} "
                f"and {len(shared) - 1} more in fold {number}; make a grouped split "
                "with `terroir library split`"
            )


def groups_on_both_sides(fold: Fold, groups: Sequence[str]) -> list[str]:
    """Return the groups that leak, in alphabetical order."""
    learned = {groups[row] for row in fold.train}
    return sorted(learned & {groups[row] for row in fold.test})


def _refuse_strangers(fold: Fold, number: int, soils: int) -> None:
    rows = (*fold.train, *fold.test)
    if not fold.train or not fold.test or max(rows) >= soils or min(rows) < 0:
        raise EvaluationError(
            f"expected soils 0 to {soils - 1} on both sides of fold {number}, found "
            f"{len(fold.train)} to learn from and {len(fold.test)} to judge by, the "
            f"last of them {max(rows, default=-1)}; make the split of this library"
        )
