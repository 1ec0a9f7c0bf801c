"""Kennard and Stone: first the two farthest points, then ever the most remote one."""

import numpy as np
from numpy.typing import NDArray

BLOCK_ROWS = 2048


def farthest_first(points: NDArray[np.float64]) -> list[int]:
    """Return all rows of `points` [point, axis], each the farthest from those before.

    One matrix-vector product a step: the distance to the nearest chosen point is kept
    and only ever shrinks.
    """
    if len(points) == 1:
        return [0]
    chosen = list(_farthest_pair(points))
    nearest = np.minimum(*(_squared_distances(points, row) for row in chosen))
    nearest[chosen] = -np.inf
    while len(chosen) < len(points):
        row = int(nearest.argmax())
        chosen.append(row)
        np.minimum(nearest, _squared_distances(points, row), out=nearest)
        nearest[row] = -np.inf
    return chosen


def _farthest_pair(points: NDArray[np.float64]) -> tuple[int, int]:
    best, pair = -1.0, (0, 1)
    squares = np.square(points).sum(axis=1)
    for start in range(0, len(points), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        between = squares[rows, None] + squares - 2 * points[rows] @ points.T
        at = int(between.argmax())
        if between.flat[at] > best:
            best = float(between.flat[at])
            row, column = divmod(at, len(points))
            pair = (start + row, column)
    return pair


def _squared_distances(points: NDArray[np.float64], row: int) -> NDArray[np.float64]:
    squared: NDArray[np.float64] = np.square(points - points[row]).sum(axis=1)
    return squared
