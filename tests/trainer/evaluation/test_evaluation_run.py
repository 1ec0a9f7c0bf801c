"""What is to be done follows from the order and the splits alone."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trainer.evaluation.made_comparison import comparison_of, grouped_library
from trainer.errors import EvaluationError, LibraryError
from trainer.evaluation.evaluation_run import (
    EvaluationOrder,
    FoldTask,
    drawn_rows,
    fold_of,
    split_of_seed,
    tasks_of,
    what_is_left,
)
from trainer.evaluation.soils_of_library import soils_of

GROUPS = tuple("aabbccddee")
EVERY = np.arange(len(GROUPS))


def test_all_methods_meet_a_fold_before_the_next_fold() -> None:
    comparison = comparison_of(("mean",), seeds=1)

    tasks = tasks_of(EvaluationOrder(("x", "y"), 2, (10,)), comparison.splits)

    assert tasks[:3] == (
        FoldTask("x", 0, 0),
        FoldTask("y", 0, 0),
        FoldTask("x", 0, 1),
    )
    assert len(tasks) == 2 * 2 * 4 * 2
    assert [task.training for task in tasks[:16]] == [None] * 16


def test_only_what_is_not_finished_is_left() -> None:
    tasks = (FoldTask("x", 0, 0), FoldTask("y", 0, 0))

    assert what_is_left(tasks, {tasks[0]: "done"}) == tasks[1:]


def test_one_split_serves_all_seeds_and_many_serve_one_each() -> None:
    first, second = comparison_of(("mean",), seeds=2).splits

    assert split_of_seed((first,), 7) is first
    assert split_of_seed((first, second), 1) is second


def test_a_draw_takes_whole_groups_and_holds_the_smaller_draw() -> None:
    small = drawn_rows(EVERY, GROUPS, 4, seed=3)
    large = drawn_rows(EVERY, GROUPS, 7, seed=3)

    assert (len(small), len(large)) == (4, 6)
    assert set(small) < set(large)
    for drawn in (small, large):
        inside = {GROUPS[row] for row in drawn}
        assert sum(group in inside for group in GROUPS) == len(drawn)


def test_a_draw_smaller_than_a_group_takes_one_group() -> None:
    assert len(drawn_rows(EVERY, GROUPS, 1, seed=0)) == 2


def test_a_smaller_fold_is_judged_on_the_same_soils() -> None:
    comparison = comparison_of(("mean",), seeds=1)
    groups = comparison.library.groups

    whole = fold_of(FoldTask("mean", 0, 2), comparison.splits, groups)
    small = fold_of(FoldTask("mean", 0, 2, 12), comparison.splits, groups)

    assert small.test == whole.test
    assert set(small.train) < set(whole.train)
    assert len(small.train) == 12


@pytest.mark.parametrize("size", [1, 36, 1000])
def test_a_curve_that_a_fold_cannot_give_is_refused(size: int) -> None:
    with pytest.raises(EvaluationError, match="from 2 to 35 soils"):
        comparison_of(("mean",), sizes=(size,))


def test_an_unknown_method_is_refused_before_any_fit() -> None:
    with pytest.raises(EvaluationError, match="expected one of the methods mean"):
        comparison_of(("crystal-ball",))


def test_an_order_of_nothing_is_refused() -> None:
    with pytest.raises(EvaluationError, match="at least one method"):
        EvaluationOrder(())


def test_a_target_that_hardly_any_soil_has_is_refused() -> None:
    values = np.full((48, 1), np.nan)
    values[:9] = 1.0
    comparison = comparison_of(("mean",))

    with pytest.raises(EvaluationError, match=r"at least 10 soils .* found 9"):
        replace(comparison, library=replace(comparison.library, values=values))


def test_an_unknown_target_is_refused_with_those_there_are() -> None:
    with pytest.raises(LibraryError, match=r"oc_usda\.c729_w\.pct, found 'gold_mg.kg'"):
        soils_of(grouped_library(), ("gold_mg.kg",))
