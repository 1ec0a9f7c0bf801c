"""Intervals of scores by drawing whole groups anew.

The pixels of a field are right or wrong together. Drawing pixels would promise far too
narrow an interval, so fields are drawn (Efron's bootstrap, by cluster).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trainer.crops.in_season.confusion import Counts

DRAWS = 400
LEVEL = 0.9


def resampled_interval(
    cells: NDArray[np.intp],
    groups: NDArray[np.intp],
    classes: int,
    score: Callable[[Counts], NDArray[np.float64]],
    seed: int = 0,
) -> tuple[float, float]:
    """Return the interval of a score of confusion matrices.

    `cells` names each place's cell of the matrix, counted row by row.
    """
    count = int(groups.max()) + 1
    random = np.random.default_rng(seed)
    drawn = np.empty((DRAWS, classes, classes))
    for draw in range(DRAWS):
        times = np.bincount(random.integers(0, count, count), minlength=count)
        weighted = np.bincount(cells, times[groups], classes * classes)
        drawn[draw] = weighted.reshape(classes, classes)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(score(drawn), [tail, 1 - tail])
    return float(low), float(high)
