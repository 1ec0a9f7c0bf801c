"""Interval widths from errors on soils that were left out.

Split-conformal counting (Vovk et al. 2005; Lei et al. 2018): of m exchangeable errors
and one to come, the k-th smallest with k = ceil((m + 1) * level) covers the one to come
with at least `level`. Below nine errors no finite width can promise 90 %.
"""

import math

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.9


def fewest_errors(level: float = LEVEL) -> int:
    """Return how many errors a promise of `level` needs."""
    return math.ceil(level / (1 - level) - 1e-9)


def finite_sample_quantile(errors: NDArray[np.float64], level: float = LEVEL) -> float:
    """Return the width that covers the next error with `level`, or infinity."""
    rank = math.ceil((errors.size + 1) * level - 1e-9)
    if rank > errors.size:
        return math.inf
    return float(np.sort(errors)[rank - 1])


def reachable_quantile(errors: NDArray[np.float64], level: float) -> float:
    """Return the quantile, or the largest error where too few promise more."""
    return min(finite_sample_quantile(errors, level), float(errors.max()))
