"""Widths that keep their promise with finite samples, or say that none can."""

import math

import numpy as np

from trainer.calibrations.conformal import (
    fewest_errors,
    finite_sample_quantile,
    reachable_quantile,
)


def test_ninety_percent_needs_nine_errors() -> None:
    assert fewest_errors(0.9) == 9


def test_eight_errors_promise_nothing() -> None:
    assert finite_sample_quantile(np.arange(8.0), 0.9) == math.inf


def test_nine_errors_promise_their_largest() -> None:
    assert finite_sample_quantile(np.arange(9.0), 0.9) == 8.0


def test_too_few_errors_reach_as_far_as_their_largest() -> None:
    assert reachable_quantile(np.array([3.0, 1.0]), 0.95) == 3.0


def test_the_promise_holds_over_many_draws() -> None:
    random = np.random.default_rng(0)
    draws = np.abs(random.normal(size=(4000, 31)))

    held = [one[30] <= finite_sample_quantile(one[:30], 0.9) for one in draws]

    assert 0.89 < np.mean(held) < 0.93
