"""Scores are those of the trade, and no class hides behind another."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score

from trainer.crops.in_season.confusion import (
    accuracy,
    confusion,
    f1_by_class,
    kappa,
    macro_f1,
)
from trainer.crops.in_season.group_resampling import resampled_interval
from trainer.crops.in_season.judge_date import GrownCrops, judge_date
from trainer.crops.prediction.crop_answers import CropAnswers

RANDOM = np.random.default_rng(0)


def answers_of(value: np.ndarray, half_width: float = 0.05) -> CropAnswers:
    return CropAnswers(
        value=value.astype(np.float32),
        low=np.clip(value - half_width, 0, 1).astype(np.float32),
        high=np.clip(value + half_width, 0, 1).astype(np.float32),
        novelty=np.zeros(len(value), np.float32),
        steps_seen=np.ones(len(value), np.intp),
    )


def test_scores_are_those_of_scikit_learn() -> None:
    grown, told = RANDOM.integers(0, 4, 500), RANDOM.integers(1, 5, 500)

    counts = confusion(grown, told, 6)

    assert macro_f1(counts) == pytest.approx(f1_score(grown, told, average="macro"))
    assert accuracy(counts) == pytest.approx(accuracy_score(grown, told))
    assert kappa(counts) == pytest.approx(cohen_kappa_score(grown, told))
    each = f1_score(grown, told, average=None)
    assert f1_by_class(counts)[:5] == pytest.approx(each)
    assert np.isnan(f1_by_class(counts)[5])


def test_class_that_is_never_told_shows_in_macro_f1_though_not_in_accuracy() -> None:
    grown = np.array([0] * 96 + [1] * 4)

    counts = confusion(grown, np.zeros(100, int), 2)

    assert accuracy(counts) == 0.96
    assert macro_f1(counts) < 0.5


def test_probabilities_that_are_true_have_no_calibration_error() -> None:
    value = RANDOM.dirichlet(np.ones(3), 40_000)
    labels = (value.cumsum(axis=1) < RANDOM.uniform(size=(40_000, 1))).sum(axis=1)
    grown = GrownCrops(("a", "b", "c"), labels, np.arange(40_000))

    honest = judge_date(0, answers_of(value), grown, np.full(40_000, 0.2))
    boastful = judge_date(0, answers_of(value**3), grown, np.full(40_000, 0.2))

    assert honest.calibration_error < 0.01
    assert honest.brier == pytest.approx((1 - (value**2).sum(axis=1)).mean(), abs=0.01)
    assert honest.interval_coverage == 1.0
    assert boastful.calibration_error > 0.1
    assert boastful.interval_coverage is not None
    assert boastful.interval_coverage < 0.6


def test_interval_of_scores_knows_that_pixels_of_a_field_err_together() -> None:
    right = RANDOM.uniform(size=50) < 0.8
    cells = np.where(np.repeat(right, 40), 0, 1)
    fields, pixels = np.repeat(np.arange(50), 40), np.arange(2000)

    by_field = resampled_interval(cells, fields, 2, accuracy)
    by_pixel = resampled_interval(cells, pixels, 2, accuracy)

    assert by_field[1] - by_field[0] > 4 * (by_pixel[1] - by_pixel[0])
    assert by_field[0] < right.mean() < by_field[1]
