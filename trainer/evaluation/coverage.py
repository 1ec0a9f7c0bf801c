"""Whether intervals hold what they promise."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def coverage(observed: Array, low: Array, high: Array) -> float:
    """Return the share of known soils whose value lies inside; NaN of none."""
    known = np.isfinite(observed)
    if not known.any():
        return float("nan")
    inside = (low[known] <= observed[known]) & (observed[known] <= high[known])
    return float(inside.mean())
