"""A split that leaks a group is refused by the group's name."""

import pytest

from trainer.errors import EvaluationError
from trainer.evaluation.leak_check import groups_on_both_sides, refuse_leaks
from trainer.library.splits import Fold, Split

GROUPS = ("north", "north", "south", "south", "west")
CLEAN = Fold(train=(0, 1, 4), test=(2, 3))
LEAKY = Fold(train=(0, 2, 4), test=(1, 3))


def split_of(*folds: Fold) -> Split:
    return Split("grouped", 0, "0" * 64, folds)


def test_a_split_that_keeps_groups_whole_passes() -> None:
    refuse_leaks(split_of(CLEAN), GROUPS)

    assert groups_on_both_sides(CLEAN, GROUPS) == []


def test_a_leaking_group_is_named_with_its_fold() -> None:
    with pytest.raises(EvaluationError, match="'north' and 1 more in fold 1"):
        refuse_leaks(split_of(CLEAN, LEAKY), GROUPS)


@pytest.mark.parametrize(
    "fold",
    [Fold((0, 1), ()), Fold((), (0, 1)), Fold((0, 9), (2,)), Fold((-1, 0), (2,))],
)
def test_a_fold_that_names_no_soil_of_the_library_is_refused(fold: Fold) -> None:
    with pytest.raises(EvaluationError, match="soils 0 to 4"):
        refuse_leaks(split_of(fold), GROUPS)
