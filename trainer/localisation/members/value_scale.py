"""The scale that a target is fitted on, and the way back to its own unit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST_SPREAD = 1e-9
"""Labels that are all alike are centred and nothing else."""


@dataclass(frozen=True, eq=False)
class ValueScale:
    """One level and spread a farm, [farm, 1], perhaps of logarithms."""

    level: Array
    spread: Array
    is_logarithmic: bool = False

    def to_standard(self, values: Array) -> Array:
        """Return values as they are fitted."""
        told = np.log(values) if self.is_logarithmic else values
        standard: Array = (told - self.level) / self.spread
        return standard

    def to_values(self, standard: Array, most: Array) -> Array:
        """Return answers in the target's unit, logarithms kept below `most`."""
        told = self.level + self.spread * standard
        if not self.is_logarithmic:
            return told
        raised: Array = np.exp(np.minimum(told, np.log(most)))
        return raised


def scale_of_values(values: Array, *, is_logarithmic: bool = False) -> ValueScale:
    """Return the scale on which each farm's own labels have mean 0, deviation 1."""
    told = np.log(values) if is_logarithmic else values
    spread = told.std(axis=-1, keepdims=True)
    spread = np.where(spread > LEAST_SPREAD, spread, 1.0)
    return ValueScale(told.mean(axis=-1, keepdims=True), spread, is_logarithmic)


def believable_ranges(values: Array) -> tuple[Array, Array]:
    """Return each farm's range widened by itself, never newly below nothing."""
    low = values.min(axis=-1, keepdims=True)
    high = values.max(axis=-1, keepdims=True)
    least = 2 * low - high
    return np.where(low >= 0, np.maximum(least, 0.0), least), 2 * high - low
