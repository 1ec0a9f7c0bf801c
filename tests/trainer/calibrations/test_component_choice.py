"""Folds never split a group, and every soil is left out exactly once."""

import numpy as np

from trainer.calibrations.component_choice import soil_folds


def test_every_soil_is_left_out_once_and_never_learned_from_then() -> None:
    folds = soil_folds(23, 10, seed=1)

    left_out = np.concatenate([out for _, out in folds])
    assert sorted(left_out) == list(range(23))
    assert all(not set(kept) & set(out) for kept, out in folds)


def test_fewer_soils_than_folds_are_left_out_one_by_one() -> None:
    assert [len(out) for _, out in soil_folds(4, 10, seed=1)] == [1, 1, 1, 1]
