"""How far one property tells of another: the size of their Pearson correlation.

Only soils that have both values count; with fewer than five of them nothing is known
and nothing is shared.
"""

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

FEWEST_SOILS = 5


def relevance_of(values: NDArray[np.float64]) -> Float[Tensor, "target target"]:
    """Return |r| of every pair of columns, and 1 of each with itself."""
    targets = values.shape[1]
    relevance = np.eye(targets)
    for one in range(targets):
        for other in range(one):
            size = _correlation_size(values[:, one], values[:, other])
            relevance[one, other] = relevance[other, one] = size
    return torch.from_numpy(relevance).float()


def _correlation_size(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < FEWEST_SOILS:
        return 0.0
    first, second = one[both] - one[both].mean(), other[both] - other[both].mean()
    power = float(np.sqrt((first @ first) * (second @ second)))
    return abs(float(first @ second)) / power if power else 0.0
