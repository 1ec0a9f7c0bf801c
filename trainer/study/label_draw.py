"""Which of a farm's soils are labelled, and which are judged and never labelled.

One draw a farm and seed. The soils kept for labelling are set aside first; the rest are
judged, the same for every number of labels and every arm. Few labels are some of the
many. Groups go together: a soil's group is labelled, set aside or judged as a whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.errors import EvaluationError
from trainer.evaluation.evaluation_run import drawn_rows
from trainer.library.spectral_library import SpectralLibrary

Rows = NDArray[np.intp]
FEWEST_JUDGED = 10


@dataclass(frozen=True, eq=False)
class LabelDraw:
    """Rows of the whole library.

    Attributes:
        library: Soils of other farms, none of which shares a group with the farm.
        labelled: The farm's soils whose values are shown.
        judged: The farm's soils that nobody is shown.
    """

    library: Rows
    labelled: Rows
    judged: Rows


@dataclass(frozen=True)
class DrawOrder:
    """Whose soils are drawn, how many, and out of how many set aside."""

    farm: str
    labels: int
    reserved: int
    seed: int


def draw_labels(library: SpectralLibrary, order: DrawOrder) -> LabelDraw:
    """Draw among the farm's analysed soils, or refuse a farm with too few of them."""
    is_own = np.array([farm == order.farm for farm in library.farms], dtype=bool)
    own = np.flatnonzero(is_own & np.isfinite(library.values).any(axis=1))
    kept = _drawn(own, library, order.reserved, order.seed)
    judged = np.setdiff1d(own, kept)
    if len(judged) < FEWEST_JUDGED:
        raise EvaluationError(
            f"expected at least {FEWEST_JUDGED} soils of {order.farm} to judge by, "
            f"found {len(judged)} beside the {len(kept)} kept for labelling; ask for "
            "fewer labels or leave the farm out"
        )
    shared = {library.groups[row] for row in np.flatnonzero(is_own)}
    apart = np.array([group not in shared for group in library.groups], dtype=bool)
    labelled = _drawn(own, library, order.labels, order.seed)
    return LabelDraw(np.flatnonzero(~is_own & apart), labelled, judged)


def _drawn(own: Rows, library: SpectralLibrary, count: int, seed: int) -> Rows:
    """Draw whole groups; a smaller draw of one seed is part of a larger."""
    if not count:
        return own[:0]
    return drawn_rows(own, library.groups, count, seed)
