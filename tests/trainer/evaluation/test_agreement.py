"""Figures of agreement against values computed by hand."""

import math

import numpy as np
import pytest

from trainer.evaluation.agreement import agreement
from trainer.evaluation.coverage import coverage

OBSERVED = np.array([1.0, 2.0, 3.0, 4.0])
PREDICTED = np.array([1.5, 2.5, 3.5, 3.5])


def test_figures_are_those_computed_by_hand() -> None:
    found = agreement(OBSERVED, PREDICTED)

    assert found.n == 4
    assert found.rmse == pytest.approx(0.5)
    assert found.me == pytest.approx(0.25)
    assert found.r2 == pytest.approx(1 - 1.0 / 5.0)
    # Sums about the means: 3.5 together, 5 observed, 2.75 predicted.
    assert found.r2_correlation == pytest.approx(3.5**2 / (5 * 2.75))
    assert found.ccc == pytest.approx(2 * 3.5 / (5 + 2.75 + 4 * 0.25**2))
    assert found.rpd == pytest.approx(math.sqrt(5 / 3) / 0.5)
    assert found.rpiq == pytest.approx((3.25 - 1.75) / 0.5)


def test_a_bias_lowers_r2_but_not_the_squared_correlation() -> None:
    found = agreement(OBSERVED, OBSERVED + 3)

    assert found.r2 < 0
    assert found.r2_correlation == pytest.approx(1.0)
    assert found.me == pytest.approx(3.0)


def test_soils_without_a_laboratory_value_do_not_count() -> None:
    gap = np.array([1.0, np.nan, 3.0, 4.0])

    assert agreement(gap, PREDICTED).n == 3


def test_nothing_to_compare_gives_no_figures() -> None:
    found = agreement(np.array([np.nan]), np.array([1.0]))

    assert found.n == 0
    assert math.isnan(found.rmse)


def test_a_constant_prediction_has_no_concordance() -> None:
    found = agreement(OBSERVED, np.full(4, 2.5))

    assert found.ccc == 0.0
    assert math.isnan(found.r2_correlation)
    assert found.r2 == pytest.approx(0.0)


def test_coverage_counts_the_ends_as_inside() -> None:
    low = np.array([1.0, 1.0, 2.0, 5.0])
    high = np.array([1.0, 3.0, 2.5, 6.0])

    held = coverage(OBSERVED, low, high)

    assert held == pytest.approx(0.5)
