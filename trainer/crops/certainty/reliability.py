"""How often a class told with some probability was really that class.

For each class, places held back are put into bins by the probability that it was told
with. Of those in a bin, some share was really of the class: the interval of Clopper and
Pearson (1934) says how well so few places tell that share. What is told with more is
right at least as often: a lower bound holds for all bins above, an upper one for all
below. A bin without places therefore says nothing of its own. Between bins, bounds are
straight lines.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

Array = NDArray[np.float64]

LEVEL = 0.9
BIN_EDGES = np.array([0.0, 0.02, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 0.96, 1.0])
"""Narrower where most answers lie; chosen before any data was seen."""

ROUNDING = 1e-9
"""Shares of votes add up to whole ones but for this."""

BINS = len(BIN_EDGES) - 1


@dataclass(frozen=True, eq=False)
class Reliability:
    """Bounds of the share that was right, by class and probability told.

    Attributes:
        knots: Probabilities told [class, bin], ascending.
        low, high: Bounds at the knots [class, bin], neither of which ever falls.
    """

    knots: Array
    low: Array
    high: Array


def reliability_of(
    values: Array, labels: NDArray[np.intp], weights: Array
) -> Reliability:
    """Return each class's bounds from calibrated probabilities of places held back."""
    classes = [
        _class_bounds(values[:, one], labels == one, weights)
        for one in range(values.shape[1])
    ]
    knots, low, high = (np.stack(part) for part in zip(*classes, strict=True))
    return Reliability(knots, low, high)


def share_bounds(
    right: Array, places: Array, level: float = LEVEL
) -> tuple[Array, Array]:
    """Return the interval of a share that so many of so many places suggest.

    Weighted places may add up to fractions. No place: anything from zero to one.
    """
    tail = (1 - level) / 2
    wrong = np.maximum(places - right, 0)
    none, every = right <= ROUNDING, wrong <= ROUNDING
    low = np.where(none, 0.0, betaincinv(np.where(none, 1, right), wrong + 1, tail))
    high = np.where(
        every, 1.0, betaincinv(right + 1, np.where(every, 1, wrong), 1 - tail)
    )
    return low, high


def _class_bounds(
    told: Array, is_right: NDArray[np.bool_], weights: Array
) -> tuple[Array, Array, Array]:
    member = np.clip(np.searchsorted(BIN_EDGES, told, side="right") - 1, 0, BINS - 1)
    places: Array = np.bincount(member, weights, BINS).astype(float)
    right: Array = np.bincount(member, weights * is_right, BINS).astype(float)
    middles = (BIN_EDGES[:-1] + BIN_EDGES[1:]) / 2
    sums = np.bincount(member, weights * told, BINS)
    knots = np.where(places > 0, sums / np.where(places > 0, places, 1), middles)
    low, high = share_bounds(right, places)
    return (
        knots,
        np.maximum.accumulate(low),
        np.minimum.accumulate(high[::-1])[::-1],
    )
