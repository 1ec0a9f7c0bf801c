"""What grew against what was told, and the scores that follow from it.

Accuracy hides a class that is never told: macro-F1 is the plain mean of the F1 of all
classes that grew or were told.
"""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]


def confusion(
    grown: NDArray[np.integer], told: NDArray[np.integer], classes: int
) -> Counts:
    """Return how many places of each class [grown, told]."""
    cells = np.bincount(grown * classes + told, minlength=classes * classes)
    return cells.reshape(classes, classes).astype(np.float64)


def f1_by_class(counts: Counts) -> NDArray[np.float64]:
    """Return F1 of each class; nan where it neither grew nor was told.

    Takes a matrix, or many of them along leading axes.
    """
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    either = counts.sum(axis=-1) + counts.sum(axis=-2)
    with np.errstate(invalid="ignore", divide="ignore"):
        scores: NDArray[np.float64] = 2 * hits / either
    return scores


def macro_f1(counts: Counts) -> NDArray[np.float64]:
    """Return the mean F1 over classes that grew or were told."""
    scores = f1_by_class(counts)
    known = np.isfinite(scores)
    total = np.where(known, scores, 0).sum(axis=-1)
    mean: NDArray[np.float64] = total / np.maximum(known.sum(axis=-1), 1)
    return mean


def accuracy(counts: Counts) -> NDArray[np.float64]:
    """Return the share told right."""
    hits = np.trace(counts, axis1=-2, axis2=-1)
    share: NDArray[np.float64] = hits / np.maximum(counts.sum(axis=(-2, -1)), 1)
    return share


def kappa(counts: Counts) -> float:
    """Return Cohen's kappa: the agreement beyond that of chance."""
    total = counts.sum()
    by_chance = float((counts.sum(axis=0) * counts.sum(axis=1)).sum() / total**2)
    if by_chance >= 1:
        return 0.0
    return float((accuracy(counts) - by_chance) / (1 - by_chance))
