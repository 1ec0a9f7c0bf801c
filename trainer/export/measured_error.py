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
"""So far from the edge of the domain, no rounding may change what is flagged."""


@dataclass(frozen=True)
class MeasuredError:
    """What a graph is off by.

    Attributes:
        rmse: Root mean square over the scans, in deviations of the worst target.
        worst: The worst of the scans.
        flips: How many scans clearly on one side of the domain's edge are told to be on
            the other.
    """

    rmse: float
    worst: float
    flips: int

    def or_worse(self, other: "MeasuredError") -> "MeasuredError":
        """Return the worse of both in everything."""
        return MeasuredError(
            max(self.rmse, other.rmse),
            max(self.worst, other.worst),
            max(self.flips, other.flips),
        )


def measured_error(
    expected: GraphAnswer, found: GraphAnswer, spreads: Sequence[float]
) -> MeasuredError:
    """Return how far `found` is off; what is no number is infinitely far off."""
    columns = np.concatenate(
        [
            (_wide(found.value) - expected.value) / np.array(spreads),
            (_wide(found.low) - expected.low) / np.array(spreads),
            (_wide(found.high) - expected.high) / np.array(spreads),
            _novelty_error(expected.novelty, found.novelty)[:, np.newaxis],
        ],
        axis=1,
    )
    return MeasuredError(
        rmse=_finite(float(np.sqrt(np.square(columns).mean(axis=0)).max())),
        worst=_finite(float(np.abs(columns).max())),
        flips=_flips(expected.novelty, found.novelty),
    )


def joined_answers(answers: Sequence[GraphAnswer]) -> GraphAnswer:
    """Return answers to single scans as the answer to all."""
    return GraphAnswer(
        np.concatenate([one.value for one in answers]),
        np.concatenate([one.low for one in answers]),
        np.concatenate([one.high for one in answers]),
        np.concatenate([one.novelty for one in answers]),
    )


def first_answers(answer: GraphAnswer, scans: int) -> GraphAnswer:
    """Return what was said of the first scans."""
    return GraphAnswer(
        answer.value[:scans],
        answer.low[:scans],
        answer.high[:scans],
        answer.novelty[:scans],
    )


def _novelty_error(
    expected: NDArray[np.float32], found: NDArray[np.float32]
) -> NDArray[np.float64]:
    return (_wide(found) - expected) / np.maximum(1.0, np.abs(expected))


def _flips(expected: NDArray[np.float32], found: NDArray[np.float32]) -> int:
    is_clear = np.abs(expected - EDGE_OF_DOMAIN) > CLEARLY
    changed = (expected > EDGE_OF_DOMAIN) != (found > EDGE_OF_DOMAIN)
    return int((is_clear & changed).sum())


def _wide(numbers: NDArray[np.float32]) -> NDArray[np.float64]:
    return numbers.astype(np.float64)


def _finite(number: float) -> float:
    return number if np.isfinite(number) else float("inf")
