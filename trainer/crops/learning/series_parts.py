"""Which places teach, which tell when to stop, and which only fit certainty.

Boxes of land stay whole: what grew next door is no independent evidence. They are dealt
so that every part gets its share of every class.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.crops.series.series_set import SeriesSet
from trainer.errors import CalibrationError

FEWEST_BOXES = 3
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class SeriesParts:
    """Rows of a set of series.

    Attributes:
        training: What weights are learned from.
        validation: What tells when to stop.
        certainty: What neither has seen; certainty is fitted on it.
    """

    training: Rows
    validation: Rows
    certainty: Rows


def series_parts(
    series: SeriesSet, validation: float, certainty: float, seed: int
) -> SeriesParts:
    """Deal boxes of labelled places; who fits certainty does not depend on the seed."""
    known = labelled(series)
    boxes = len(np.unique(series.places.boxes[known]))
    if boxes < FEWEST_BOXES:
        raise CalibrationError(
            f"expected labelled places in {FEWEST_BOXES} boxes of land or more, to "
            f"hold some back, found {boxes}; bring more places, or smaller boxes"
        )
    kept, apart = held_apart(series, known, certainty, seed=0)
    training, telling = held_apart(series, kept, validation / (1 - certainty), seed)
    return SeriesParts(training, telling, apart)


def labelled(series: SeriesSet) -> Rows:
    """Return the places of which somebody said what grew there."""
    return np.flatnonzero(series.places.labels >= 0)


def held_apart(
    series: SeriesSet, rows: Rows, share: float, seed: int
) -> tuple[Rows, Rows]:
    """Return the rows to keep, and those of about `share` of the boxes to hold back."""
    folds = max(2, round(1 / share))
    dealt = dealt_boxes(
        series.places.boxes[rows],
        series.places.labels[rows].astype(np.intp),
        min(folds, len(np.unique(series.places.boxes[rows]))),
        seed,
    )
    return rows[dealt != 0], rows[dealt == 0]


def dealt_boxes(
    boxes: NDArray[np.str_], labels: NDArray[np.intp], folds: int, seed: int
) -> NDArray[np.intp]:
    """Return the fold of each place: whole boxes, each class spread over the folds.

    The boxes that matter most go first, each to where its classes are rarest. Seeds
    that follow one another turn the same folds: each holds back other places.
    """
    _, member = np.unique(boxes, return_inverse=True)
    classes = int(labels.max()) + 1
    counts = np.zeros((int(member.max()) + 1, classes))
    np.add.at(counts, (member, labels), 1)
    shares = counts / np.maximum(counts.sum(axis=0), 1)
    noise = np.random.default_rng(seed // folds).uniform(0, 1e-3, len(shares))
    load, fold = np.zeros((folds, classes)), np.zeros(len(shares), dtype=np.intp)
    for box in np.argsort(-(shares.max(axis=1) * (1 + noise * folds)), kind="stable"):
        after = ((load + shares[box]) ** 2 - load**2).sum(axis=1)
        fold[box] = int(after.argmin())
        load[fold[box]] += shares[box]
    dealt: NDArray[np.intp] = (fold[member] + seed) % folds
    return dealt
