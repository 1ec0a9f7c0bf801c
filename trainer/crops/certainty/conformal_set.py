"""The classes that may grow on a place, such that nine of ten sets hold the true one.

The least ambiguous sets of their kind (Sadinle, Lei and Wasserman 2019): all classes
told with at least a threshold, the one that places held back stay above with the level.
Nine of ten over all places: a rare class may be held less often, which is why coverage
is judged class by class too.
"""

import math

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.conformal import LEVEL

Array = NDArray[np.float64]


def set_threshold(
    values: Array,
    labels: NDArray[np.intp],
    weights: Array | None = None,
    level: float = LEVEL,
) -> float:
    """Return the threshold; zero, which takes every class, where too few promise it."""
    told = values[np.arange(len(labels)), labels]
    each = np.ones(len(told)) if weights is None else weights
    allowed = math.floor((each.sum() + 1) * (1 - level) + 1e-9)
    if allowed < 1:
        return 0.0
    order = np.argsort(told, kind="stable")
    reached = np.cumsum(each[order])
    position = int(np.searchsorted(reached, allowed - 1e-9))
    return float(told[order][position])


def classes_in_sets(
    values: NDArray[np.floating], threshold: float | NDArray[np.floating]
) -> NDArray[np.bool_]:
    """Return which classes each set holds; the likeliest one always."""
    held: NDArray[np.bool_] = values >= threshold
    held |= values == values.max(axis=1, keepdims=True)
    return held
