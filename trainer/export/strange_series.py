"""Series that no season looks like: every graph is asked them, some are golden.

Nothing seen at all, everything seen on one day, and numbers far beyond those of any
place: a graph that handles gaps wrongly, or ranges chosen too tight, shows here first.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import Inputs

Array = NDArray[np.float32]

BEYOND = 1.0
"""By how many of its own ranges a channel leaves what was ever seen of it."""


@dataclass(frozen=True, eq=False)
class SeenChannels:
    """The least, mean and largest number that was seen of every channel."""

    least: Array
    mean: Array
    most: Array


def strange_series(inputs: Inputs) -> Inputs:
    """Return nothing seen, all seen on one day, and absurd numbers, after real ones."""
    series, days, mask = inputs
    seen = _seen_channels(series, mask)
    absurd = seen.most + BEYOND * (seen.most - seen.least)
    middle = days[:1]
    return (
        np.stack([_level(series, one) for one in (0 * absurd, seen.mean, absurd)]),
        np.concatenate([middle, np.full_like(middle, middle.mean()), middle]),
        np.stack([_level(mask, level) for level in (0.0, 1.0, 1.0)]),
    )


def _seen_channels(series: Array, mask: Array) -> SeenChannels:
    values = np.where(mask > 0, series, np.nan).reshape(-1, series.shape[2])
    never = ~(mask > 0).any(axis=(0, 1))
    values[:, never] = 0.0
    return SeenChannels(
        np.nanmin(values, axis=0), np.nanmean(values, axis=0), np.nanmax(values, axis=0)
    )


def _level(like: Array, level: Array | float) -> Array:
    return np.broadcast_to(np.float32(level), like.shape[1:]).astype(np.float32)
