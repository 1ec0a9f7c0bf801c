"""Folds over soils that share nothing: inside one farm every soil stands for itself.

Across farms, whole farms are left out; that is the library model's own business.
"""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


def soil_folds(soils: int, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Return folds over soils that share nothing."""
    order = np.random.default_rng(seed).permutation(soils)
    count = min(folds, soils)
    return [
        (np.sort(np.delete(order, np.s_[fold::count])), np.sort(order[fold::count]))
        for fold in range(count)
    ]
