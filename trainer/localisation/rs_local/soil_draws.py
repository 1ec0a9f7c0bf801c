"""What a round draws: many small sets of soils, each without replacement.

Numbers come from a generator seeded by the run and the round alone, and are used in
the draws' order: the same draws on every machine, whatever scores them and on however
many threads. Draws are independent of one another; to cut the shuffled soils into
pieces instead would be another sampler than the authors'.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.localisation.rs_local.compiled_drawing import draw_groups
from trainer.localisation.rs_local.selection_settings import SelectionSettings

Rows = NDArray[np.int32]

DRAWS_AT_ONCE = 512
"""So that the random numbers of a round need not be in memory together."""


@dataclass(frozen=True, eq=False)
class SoilDraws:
    """The draws of one round.

    Attributes:
        rows: Library rows of all draws, one draw behind the other.
        starts: Where each draw begins in `rows`, and where the last one ends.
    """

    rows: Rows
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many draws there are."""
        return len(self.starts) - 1

    def __getitem__(self, draw: int) -> Rows:
        """Return the library rows of one draw."""
        return self.rows[self.starts[draw] : self.starts[draw + 1]]


@dataclass(frozen=True, eq=False)
class Lots:
    """What is drawn at once: single soils, or groups of them.

    Attributes:
        rows: Library rows, lot behind lot.
        starts: Where each lot begins, and where the last one ends.
    """

    rows: Rows
    starts: NDArray[np.int64]


def lots_of(kept: NDArray[np.intp], groups: NDArray[np.intp], grouped: bool) -> Lots:
    """Return the kept soils one by one, or group by group."""
    if not grouped:
        return Lots(kept.astype(np.int32), np.arange(len(kept) + 1))
    order = np.argsort(groups[kept], kind="stable")
    _, counts = np.unique(groups[kept], return_counts=True)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Lots(kept[order].astype(np.int32), starts)


def draw_round(
    lots: Lots, settings: SelectionSettings, seed: tuple[int, ...]
) -> SoilDraws:
    """Draw lots until each draw holds the soils to keep.

    The last group of a draw is taken whole, so that grouped draws may hold more; that
    is our choice.
    """
    draws = settings.draws_of(len(lots.rows))
    room = settings.keep - 1 + int(np.diff(lots.starts).max())
    rows = np.empty(draws * room, np.int32)
    ends = np.zeros(draws + 1, np.int64)
    random = np.random.default_rng(seed)
    order = np.arange(len(lots.starts) - 1).astype(np.int32)
    for first in range(0, draws, DRAWS_AT_ONCE):
        count = min(DRAWS_AT_ONCE, draws - first)
        chances = random.random((count, settings.keep))
        drawn = (rows, ends[first : first + count + 1])
        draw_groups((lots.rows, lots.starts), chances, order, drawn)
    return SoilDraws(rows[: ends[-1]], ends)
