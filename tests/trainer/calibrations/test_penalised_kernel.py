"""Closed forms against refits."""

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.calibrations.penalised_kernel import (
    LEVEL_VARIANCE,
    PENALTIES,
    decompose,
)

RANDOM = np.random.default_rng(2)
ROWS = RANDOM.normal(size=(30, 5)) / np.sqrt(5)
VALUES = ROWS @ RANDOM.normal(size=5) + 0.3 * RANDOM.normal(size=30) + 0.4
KERNEL = np.exp(-((ROWS[:, np.newaxis] - ROWS) ** 2).sum(axis=2) / 2)
GROUPS = [np.arange(start, start + 3) for start in range(0, 30, 3)]
SINGLE = [np.array([row]) for row in range(30)]


@pytest.mark.parametrize("groups", [GROUPS, SINGLE], ids=["groups", "soils"])
@pytest.mark.parametrize("at", [8, 20])
def test_errors_left_out_are_those_of_a_refit(
    groups: list[NDArray[np.intp]], at: int
) -> None:
    errors = decompose(KERNEL).left_out_errors(VALUES, groups)[at]

    for out in groups:
        kept = np.setdiff1d(np.arange(30), out)
        whole = KERNEL + LEVEL_VARIANCE
        noisy = whole[np.ix_(kept, kept)] + PENALTIES[at] * np.eye(len(kept))
        answer = whole[np.ix_(out, kept)] @ np.linalg.solve(noisy, VALUES[kept])
        np.testing.assert_allclose(errors[out], VALUES[out] - answer, atol=1e-7)


def test_weights_solve_the_noisy_kernel() -> None:
    weights = decompose(KERNEL).weights(VALUES, 0.1)

    noisy = KERNEL + LEVEL_VARIANCE + 0.1 * np.eye(30)
    np.testing.assert_allclose(noisy @ weights, VALUES, atol=1e-8)


def test_evidence_is_the_likelihood_at_the_likeliest_scale() -> None:
    evidence = decompose(KERNEL).evidence(VALUES)

    for at in (8, 20):
        noisy = KERNEL + LEVEL_VARIANCE + PENALTIES[at] * np.eye(30)
        scale = VALUES @ np.linalg.solve(noisy, VALUES) / 30
        expected = -(30 * np.log(scale) + np.linalg.slogdet(noisy)[1]) / 2
        assert evidence[at] == pytest.approx(expected, rel=1e-6)
