"""How hard a soil is to tell, against those that taught: what widens its interval.

Errors grow with the value that is told and with the distance from known soils. Errors
are divided by this difficulty before their quantile is taken, and the quantile is
multiplied by that of the soil in question (locally weighted conformal prediction, Lei
et al. 2018). It is linear in two numbers that a graph has anyway, and a part of it is
constant: no soil is ever so easy that its interval vanishes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_NOVELTY = 3.0
"""Farther out nothing is known, of errors neither; such a scan is flagged."""

LEAST_REACH = 0.25
"""Soils that lie nearer to each other than this, on average, say nothing of distance:
one soil scanned over and over must not make all others infinitely hard."""

TINY = 1e-12


@dataclass(frozen=True)
class DifficultyShares:
    """What novelty and value count among usual soils; the rest is constant.

    Each LimeSoDa farm's others choose them in `tests.benchmarks.interval_coverage`.
    """

    novelty: float = 0.4
    value: float = 0.4


SHARES = DifficultyShares()


@dataclass(frozen=True)
class Difficulty:
    """One for the usual soil; by default for all soils.

    Attributes:
        constant: What every soil has.
        by_novelty: What is added for each unit of novelty, up to `MOST_NOVELTY`.
        by_value: What is added for each unit of the value told, from nothing on.
    """

    constant: float = 1.0
    by_novelty: float = 0.0
    by_value: float = 0.0

    def of(self, novelty: Array, told: Array) -> Array:
        """Return the difficulty of each soil."""
        reach, height = _bounded(novelty, told)
        found: Array = self.constant + self.by_novelty * reach + self.by_value * height
        return found


def difficulty_among(
    novelty: Array, told: Array, shares: DifficultyShares = SHARES
) -> Difficulty:
    """Return the difficulty whose mean is one among these soils."""
    reach, height = (float(one.mean()) for one in _bounded(novelty, told))
    by_novelty = shares.novelty / max(reach, LEAST_REACH)
    by_value = shares.value / height if height > TINY else 0.0
    # What is next to nothing for all soils hardly counts: its share is constant.
    constant = 1 - by_novelty * reach - by_value * height
    return Difficulty(constant, by_novelty, by_value)


def _bounded(novelty: Array, told: Array) -> tuple[Array, Array]:
    return np.minimum(novelty, MOST_NOVELTY), np.maximum(told, 0.0)
