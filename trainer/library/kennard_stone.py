"""Kennard and Stone: first the two farthest points, then ever the most remote one."""

import numpy as np
from numpy.typing import NDArray

DISTANCES_AT_ONCE = 4_000_000
"""Between points, in memory; 32 MB."""


def farthest_first(points: NDArray[np.float64]) -> list[int]:
    """Return all rows of `points` [point, axis], each the farthest from those before.

    One matrix-vector product a step: the distance to the nearest chosen point is kept
    and only ever shrinks.
    """
    if len(points) == 1:
        return [0]
    squares = np.square(points).sum(axis=1)
    chosen = list(_farthest_pair(points, squares))
    nearest = np.full(len(points), np.inf)
    for row in chosen:
        _draw_near(nearest, points, squares, row)
    while len(chosen) < len(points):
        row = int(nearest.argmax())
        chosen.append(row)
        _draw_near(nearest, points, squares, row)
    return chosen


def _farthest_pair(
    points: NDArray[np.float64], squares: NDArray[np.float64]
) -> tuple[int, int]:
    best, pair = -np.inf, (0, 1)
    rows = max(1, DISTANCES_AT_ONCE // len(points))
    for start in range(0, len(points), rows):
        block = slice(start, start + rows)
        between = squares[block, None] + squares - 2 * points[block] @ points.T
        row, column = divmod(int(between.argmax()), len(points))
        if between[row, column] > best and start + row != column:
            best, pair = float(between[row, column]), (start + row, column)
    return pair


def _draw_near(
    nearest: NDArray[np.float64],
    points: NDArray[np.float64],
    squares: NDArray[np.float64],
    row: int,
) -> None:
    """Take `row` as chosen: nothing is farther from the chosen than from it."""
    between = squares + squares[row] - 2 * points @ points[row]
    np.minimum(nearest, between, out=nearest)
    nearest[row] = -np.inf
