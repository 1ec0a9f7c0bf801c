"""How far a series lies from all that a network was tried on.

Mahalanobis' distance of what the network made of a series to the nearest class, with
one covariance for all (Lee et al. 2018), shrunk as Ledoit and Wolf (2004) do. It is
divided by the distance that a new series of a known kind stays under with 95 %, found
on series that took no part in centres and covariance. Above 1.0 a series is foreign.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.applicability_domain import (
    EDGE_QUANTILE,
    LEAST_DISTANCE,
    edge_of,
)
from trainer.calibrations.conformal import fewest_errors
from trainer.crops.certainty.held_back_answers import HeldBackAnswers

Array = NDArray[np.float64]

PARTS = 5
LEAST_VARIANCE = 1e-6
DOUBT_OF_CENTRE = 1.0
"""Each class's centre leans on that of all as if one more place lay there."""


@dataclass(frozen=True, eq=False)
class EmbeddingDomain:
    """Where known classes lie, in axes of unit variance within a class.

    Attributes:
        whitening: [feature, feature].
        centres: [class, feature], whitened.
        edge: The distance that 95 % of known series stay under.
    """

    whitening: Array
    centres: Array
    edge: float

    def distances(self, embeddings: Array) -> Array:
        """Return how far each series lies from the nearest class."""
        lying = embeddings @ self.whitening
        # A sum of products: differences would take [series, class, feature] of memory.
        squares = (lying**2).sum(axis=1)[:, None] - 2 * lying @ self.centres.T
        squares += (self.centres**2).sum(axis=1)
        nearest: Array = np.sqrt(np.clip(squares.min(axis=1), 0, None))
        return nearest


def fit_domain(answers: HeldBackAnswers) -> EmbeddingDomain:
    """Return the domain, its edge judged on series that did not shape it."""
    parts = answers.groups % PARTS
    distances = np.empty(len(parts))
    for part in np.unique(parts):
        away = parts == part
        shape = _shape_of(answers, away if away.all() else ~away)
        distances[away] = shape.distances(answers.embeddings[away])
    shape = _shape_of(answers, np.ones(len(parts), bool))
    edge = _edge(distances, answers)
    return EmbeddingDomain(shape.whitening, shape.centres, edge)


def _edge(distances: Array, answers: HeldBackAnswers) -> float:
    """Return the distance that 95 % of the evidence stays under.

    The series of a group lie off together. A few groups cannot tell a rare distance by
    counting: theirs, on average, then have to be normal in the logarithm too.
    """
    order = np.argsort(distances, kind="stable")
    reached = np.cumsum(answers.weights[order])
    at = np.searchsorted(reached, EDGE_QUANTILE * (reached[-1] + 1) - 1e-9)
    counted = float(distances[order][min(int(at), len(order) - 1)])
    if reached[-1] + 1e-9 >= fewest_errors(EDGE_QUANTILE):
        return max(counted, LEAST_DISTANCE)
    sizes = np.bincount(answers.groups)
    means = np.bincount(answers.groups, distances) / np.maximum(sizes, 1)
    return max(counted, edge_of(means[sizes > 0]))


def _shape_of(answers: HeldBackAnswers, kept: NDArray[np.bool_]) -> EmbeddingDomain:
    features, labels = answers.embeddings[kept], answers.labels[kept]
    middle = features.mean(axis=0)
    sums = np.tile(DOUBT_OF_CENTRE * middle, (answers.classes, 1))
    np.add.at(sums, labels, features)
    counts = np.bincount(labels, minlength=answers.classes) + DOUBT_OF_CENTRE
    centres = sums / counts[:, None]
    powers, axes = np.linalg.eigh(shrunk_covariance(features - centres[labels]))
    whitening = axes / np.sqrt(np.maximum(powers, LEAST_VARIANCE))
    seen = np.unique(labels)
    # A class that no place held back was of is nowhere: the nearest stands for it.
    centres[counts <= DOUBT_OF_CENTRE] = centres[seen[0]]
    return EmbeddingDomain(whitening, centres @ whitening, 1.0)


def shrunk_covariance(rest: Array) -> Array:
    """Return centred rows' covariance, drawn to a round one as Ledoit and Wolf do."""
    rows, features = rest.shape
    sample: Array = rest.T @ rest / rows
    mean = np.trace(sample) / features
    apart = ((sample - mean * np.eye(features)) ** 2).sum()
    noise = (((rest**2).sum(axis=1) ** 2).sum() / rows - (sample**2).sum()) / rows
    share = 1.0 if apart <= 0 else min(max(noise / apart, 0.0), 1.0)
    shrunk: Array = (1 - share) * sample + share * mean * np.eye(features)
    return shrunk
