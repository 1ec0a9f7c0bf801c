"""Hard soils get wide intervals, usual ones the usual, and none vanishes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainer.calibrations.local_difficulty import (
    MOST_NOVELTY,
    SHARES,
    Difficulty,
    DifficultyShares,
    difficulty_among,
)

SOILS = 12
NOVELTY = arrays(np.float64, SOILS, elements=st.floats(0, 50))
VALUES = arrays(np.float64, SOILS, elements=st.floats(-5, 500))


@given(NOVELTY, VALUES)
def test_it_is_one_on_average_and_never_below_its_constant_part(
    novelty: np.ndarray, told: np.ndarray
) -> None:
    among = difficulty_among(novelty, told).of(novelty, told)

    assert among.mean() == pytest.approx(1.0)
    assert among.min() >= 1 - SHARES.novelty - SHARES.value - 1e-9


def test_it_grows_with_the_value_and_with_the_distance() -> None:
    novelty, told = np.full(SOILS, 0.5), np.full(SOILS, 2.0)
    difficulty = difficulty_among(novelty, told)

    far = difficulty.of(np.array([1.0]), np.array([2.0]))
    rich = difficulty.of(np.array([0.5]), np.array([6.0]))

    assert far[0] == pytest.approx(1 + SHARES.novelty)
    assert rich[0] == pytest.approx(1 + 2 * SHARES.value)


def test_beyond_the_domain_it_grows_no_further() -> None:
    difficulty = difficulty_among(np.full(SOILS, 0.5), np.ones(SOILS))

    edge, far = difficulty.of(np.array([MOST_NOVELTY, 1e6]), np.ones(2))

    assert edge == far


@pytest.mark.parametrize("told", [0.0, -3.0])
def test_what_is_nothing_for_all_soils_counts_nothing(told: float) -> None:
    difficulty = difficulty_among(np.zeros(SOILS), np.full(SOILS, told))

    assert difficulty.constant == 1.0
    assert difficulty.by_value == 0.0
    strange = difficulty.of(np.full(1, np.inf), np.zeros(1))
    assert strange[0] < 10


def test_without_shares_all_soils_are_alike() -> None:
    shares = DifficultyShares(0.0, 0.0)

    difficulty = difficulty_among(np.arange(12.0), np.arange(12.0), shares)

    assert difficulty == Difficulty()
