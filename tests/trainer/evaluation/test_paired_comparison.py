"""Differences are told apart from chance, and no more than that."""

import numpy as np
import pytest
from scipy import stats

from trainer.evaluation.paired_comparison import (
    PairedDifference,
    interval_over_folds,
    interval_over_soils,
)


def difference(low: float, high: float) -> PairedDifference:
    return PairedDifference(
        target="oc_usda.c729_w.pct",
        method="a",
        reference="b",
        difference=(low + high) / 2,
        low=low,
        high=high,
        basis="folds",
        units=10,
    )


def test_without_shared_soils_it_is_students_interval() -> None:
    values = np.array([0.1, 0.3, 0.2, 0.4, 0.0])

    mean, low, high = interval_over_folds(values, test_share=0.0)

    reference = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert mean == pytest.approx(0.2)
    assert (low, high) == pytest.approx((reference.low, reference.high))


def test_shared_soils_widen_the_interval_by_nadeau_and_bengio() -> None:
    values = np.array([0.1, 0.3, 0.2, 0.4, 0.0])

    _, low, high = interval_over_folds(values, test_share=0.0)
    _, wider_low, wider_high = interval_over_folds(values, test_share=0.25)

    assert wider_high - wider_low == pytest.approx(1.5 * (high - low))


def test_one_method_against_itself_differs_by_nothing() -> None:
    squared = np.random.default_rng(0).random(60)
    groups = np.array([f"g{row // 3}" for row in range(60)])

    assert interval_over_soils(squared, squared, groups) == (0.0, 0.0, 0.0)


def test_soils_of_one_group_count_as_one_when_drawn() -> None:
    random = np.random.default_rng(1)
    by_group = random.normal(0, 1, (20, 1)) + np.zeros((20, 10))
    squared, reference = (by_group.ravel() ** 2, np.full(200, 1.0))
    alone = np.array([f"s{row}" for row in range(200)])
    grouped = np.array([f"g{row // 10}" for row in range(200)])

    _, low, high = interval_over_soils(squared, reference, grouped)
    _, narrow_low, narrow_high = interval_over_soils(squared, reference, alone)

    assert high - low > 2 * (narrow_high - narrow_low)


def test_an_interval_that_holds_zero_is_not_distinguishable() -> None:
    assert not difference(-0.1, 0.3).is_distinguishable
    assert difference(0.1, 0.3).is_distinguishable
    assert difference(-0.3, -0.1).is_distinguishable
