"""How far a graph is off the model that it came from.

Values and both ends of the interval count in standard deviations of their target, and
the worst target counts; novelty counts relative to itself beyond the edge, as it does
for golden vectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import GraphAnswer
from protocols.graph_contract import EDGE_OF_DOMAIN

CLEARLY = 0.05
"""So far from the edge of the domain, no rounding may change what is flagged; so far
ahead of the next class, none may change which is told."""


@dataclass(frozen=True)
class MeasuredError:
    """What a graph is off by.

    Attributes:
        rmse: Root mean square over the scans, in deviations of the worst target.
        worst: The worst of the scans.
        flips: How many scans clearly on one side of the domain's edge are told to be on
            the other.
        misnamed: Of how many series, clearly of one class, another is told; always none
            where values are no classes.
    """

    rmse: float
    worst: float
    flips: int
    misnamed: int = 0


def measured_error(
    expected: GraphAnswer, found: GraphAnswer, spreads: Sequence[float]
) -> MeasuredError:
    """Return how far `found` is off; what is no number is infinitely far off.

    Classes are not compared: that is `told_otherwise`.
    """
    columns = np.concatenate(
        [
            _missed(expected.value, found.value) / np.array(spreads),
            _missed(expected.low, found.low) / np.array(spreads),
            _missed(expected.high, found.high) / np.array(spreads),
            _novelty_missed(expected.novelty, found.novelty)[:, np.newaxis],
        ],
        axis=1,
    )
    return MeasuredError(
        rmse=_finite(float(np.sqrt(np.square(columns).mean(axis=0)).max())),
        worst=_finite(float(np.abs(columns).max())),
        flips=_flips(expected.novelty, found.novelty),
    )


def first_answers(answer: GraphAnswer, scans: int) -> GraphAnswer:
    """Return what was said of the first scans."""
    return GraphAnswer(
        answer.value[:scans],
        answer.low[:scans],
        answer.high[:scans],
        answer.novelty[:scans],
    )


def told_otherwise(expected: NDArray[np.float32], found: NDArray[np.float32]) -> int:
    """Return of how many series the likeliest class is another, where it was clear."""
    first, second = np.sort(expected, axis=1)[:, [-1, -2]].T
    is_other = expected.argmax(axis=1) != found.argmax(axis=1)
    return int((is_other & (first - second > CLEARLY)).sum())


def _missed(
    expected: NDArray[np.float32], found: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the differences; an interval without end on both sides has none."""
    is_same = found == expected
    pairs = np.where(is_same, 0, found), np.where(is_same, 0, expected)
    missed: NDArray[np.float64] = pairs[0].astype(np.float64) - pairs[1]
    return missed


def _novelty_missed(
    expected: NDArray[np.float32], found: NDArray[np.float32]
) -> NDArray[np.float64]:
    return _missed(expected, found) / np.maximum(1.0, np.abs(expected))


def _flips(expected: NDArray[np.float32], found: NDArray[np.float32]) -> int:
    is_clear = np.abs(expected - EDGE_OF_DOMAIN) > CLEARLY
    changed = (expected > EDGE_OF_DOMAIN) != (found > EDGE_OF_DOMAIN)
    return int((is_clear & changed).sum())


def _finite(number: float) -> float:
    return number if np.isfinite(number) else float("inf")
