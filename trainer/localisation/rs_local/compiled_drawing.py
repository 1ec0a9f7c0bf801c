"""Drawing without replacement, and adding up errors by soil, in compiled loops."""

import numpy as np
from numpy.typing import NDArray

from trainer.localisation.rs_local.compiler import compiled

Rows = NDArray[np.int32]
Places = NDArray[np.int64]
Array = NDArray[np.float64]


@compiled
def draw_groups(
    lots: tuple[Rows, Places],
    chances: Array,
    order: Rows,
    drawn: tuple[Rows, Places],
) -> None:
    """Fill `drawn` with one draw for each row of `chances` [draw, soil], in [0, 1).

    The first steps of a Fisher-Yates shuffle, taken back after each draw: `order` is
    the same before and after, so that a draw depends on its own chances only. `drawn`
    is the rows of all draws and where these draws begin; its first place is given.
    """
    lot_rows, lot_starts = lots
    rows, ends = drawn
    wanted, lots_left = chances.shape[1], order.size
    are_single = lot_rows.size == lots_left
    swapped = np.empty(wanted, np.int64)
    for draw in range(chances.shape[0]):
        end, steps = ends[draw], 0
        while end - ends[draw] < wanted and steps < lots_left:
            other = steps + np.int64(chances[draw, steps] * (lots_left - steps))
            lot = order[other]
            order[steps], order[other] = lot, order[steps]
            swapped[steps] = other
            steps += 1
            if are_single:
                rows[end] = lot_rows[lot]
                end += 1
                continue
            for at in range(lot_starts[lot], lot_starts[lot + 1]):
                rows[end] = lot_rows[at]
                end += 1
        ends[draw + 1] = end
        for step in range(steps - 1, -1, -1):
            other = swapped[step]
            order[step], order[other] = order[other], order[step]


@compiled
def add_errors(
    drawn: tuple[Rows, Places], errors: Array, sums: Array, counts: Places
) -> None:
    """Add each draw's error to all its soils, draw after draw."""
    rows, starts = drawn
    for draw in range(errors.size):
        for at in range(starts[draw], starts[draw + 1]):
            sums[rows[at]] += errors[draw]
            counts[rows[at]] += 1
