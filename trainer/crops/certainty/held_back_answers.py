"""What a network told of places that it had not learned from, and what grew there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.errors import CalibrationError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HeldBackAnswers:
    """Answers to fit certainty on, one row a series.

    Attributes:
        logits: [series, class], before any scaling.
        embeddings: [series, feature], what the network made of each series.
        labels: The class that grew there, an index into the legend.
        groups: Which group that answers alike each series is of, counted from zero.
        weights: How much evidence each series is: one for a group, shared among its
            series.
    """

    logits: Array
    embeddings: Array
    labels: NDArray[np.intp]
    groups: NDArray[np.intp]
    weights: Array

    @property
    def classes(self) -> int:
        """Return how many classes the network tells apart."""
        return int(self.logits.shape[1])


def held_back_answers(
    logits: Array,
    embeddings: Array,
    labels: NDArray[np.integer],
    groups: NDArray[np.str_] | None = None,
) -> HeldBackAnswers:
    """Return the answers; refuse what nothing can be learned from.

    Series of one group (the pixels of a field, one place on several dates) are no
    independent evidence: together they count as one.
    """
    known = np.asarray(labels) >= 0
    if not known.any():
        raise CalibrationError(
            "expected places held back with a known crop to fit certainty on, found "
            "none; hold back some that are labelled"
        )
    answers = np.asarray(logits, np.float64)[known]
    features = np.asarray(embeddings, np.float64)[known]
    if not (np.isfinite(answers).all() and np.isfinite(features).all()):
        raise CalibrationError(
            "expected finite answers on places held back, found others; the network "
            "has diverged: train it again with a smaller learning rate"
        )
    members, weights = _evidence(None if groups is None else groups[known], known.sum())
    return HeldBackAnswers(
        logits=answers,
        embeddings=features,
        labels=np.asarray(labels)[known].astype(np.intp),
        groups=members,
        weights=weights,
    )


def _evidence(
    groups: NDArray[np.str_] | None, series: int
) -> tuple[NDArray[np.intp], Array]:
    """Return each series' group and its share of the group's one vote."""
    if groups is None:
        return np.arange(series), np.ones(series)
    _, members, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    return members.astype(np.intp), 1.0 / sizes[members]
