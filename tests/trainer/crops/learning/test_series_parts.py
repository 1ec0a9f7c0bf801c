"""Boxes stay whole, every class is in every part, and seeds hold back other places."""

import numpy as np
import pytest

from tests.trainer.crops.learning.small_lesson import small_series
from trainer.crops.learning.series_parts import dealt_boxes, series_parts
from trainer.errors import CalibrationError


def test_no_box_has_places_of_two_kinds() -> None:
    series = small_series()

    parts = series_parts(series, 0.2, 0.2, seed=0)

    boxes = [
        set(series.places.boxes[rows].tolist())
        for rows in (parts.training, parts.validation, parts.certainty)
    ]
    assert all(boxes)
    assert not (boxes[0] | boxes[1]) & boxes[2]
    assert not boxes[0] & boxes[1]
    assert sum(map(len, boxes)) == 12


def test_seeds_hold_back_other_places_but_the_same_for_certainty() -> None:
    series = small_series()

    one, other = (series_parts(series, 0.2, 0.2, seed) for seed in (0, 1))

    assert not set(one.validation.tolist()) & set(other.validation.tolist())
    assert one.certainty.tolist() == other.certainty.tolist()


def test_places_without_a_label_are_in_no_part() -> None:
    series = small_series()
    series.places.labels[:30] = -1

    parts = series_parts(series, 0.2, 0.2, seed=0)

    rows = np.concatenate([parts.training, parts.validation, parts.certainty])
    assert sorted(rows.tolist()) == list(range(30, 144))


def test_a_rare_class_is_spread_over_the_folds() -> None:
    boxes = np.repeat([f"box-{at}" for at in range(40)], 10)
    labels = np.zeros(400, dtype=np.intp)
    labels[::50] = 1

    fold = dealt_boxes(boxes, labels, folds=4, seed=3)

    assert np.bincount(fold[labels == 1], minlength=4).tolist() == [2, 2, 2, 2]
    assert np.bincount(fold).min() >= 80


def test_places_of_two_boxes_are_too_few_to_hold_any_back() -> None:
    series = small_series().take(np.arange(24))

    with pytest.raises(CalibrationError, match="3 boxes of land or more"):
        series_parts(series, 0.2, 0.2, seed=0)
