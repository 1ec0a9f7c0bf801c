"""How unlike two scans are, in the ways that memory-based learning is used to.

Each is the squared distance of two embeddings of a view's rows: a projection, or the
rows themselves, perhaps centred and brought to length one. Correlation and cosine are
distances after that, in the same order. Ramirez-Lopez and co-workers, Geoderma 195
(2013), compare them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.cross_products import products_of
from trainer.calibrations.pls import fit_pls_rotations
from trainer.calibrations.treated_view import FittedView

Array = NDArray[np.float64]
DissimilarityKind = Literal[
    "euclid", "cosine", "correlation", "mahalanobis", "pls scores"
]

EXPLAINED = 0.99
MOST_COMPONENTS = 15
SHORTEST = 1e-12


@dataclass(frozen=True, eq=False)
class Embedding:
    """Where rows of a view lie; near each other means alike.

    Attributes:
        view: What the rows are.
        projection: What they are multiplied by.
        is_centred: Whether each row's own mean is taken away first.
        is_directed: Whether each is brought to length one in the end.
    """

    view: FittedView
    projection: Array
    is_centred: bool = False
    is_directed: bool = False

    def place(self, rows: Array) -> Array:
        """Return one place a row."""
        if self.is_centred:
            rows = rows - rows.mean(axis=1, keepdims=True)
        places = rows @ self.projection
        if self.is_directed:
            lengths = np.linalg.norm(places, axis=1, keepdims=True)
            places = places / np.maximum(lengths, SHORTEST)
        return places


def fit_embedding(
    kind: DissimilarityKind, view: FittedView, values: Array
) -> Embedding:
    """Return the embedding of `kind` for the known soils."""
    if kind == "mahalanobis":
        return Embedding(view, whitened_components(view.support))
    if kind == "pls scores":
        return Embedding(view, _latent(view.support, values))
    whole = np.eye(view.support.shape[1])
    is_directed = kind in ("cosine", "correlation")
    return Embedding(view, whole, kind == "correlation", is_directed)


def squared_distances(left: Array, right: Array) -> Array:
    """Return the squared distance of every place of `left` and every of `right`."""
    powers = (left**2).sum(axis=1)[:, np.newaxis] + (right**2).sum(axis=1)
    squares: Array = np.clip(powers - 2 * left @ right.T, 0, None)
    return squares


def whitened_components(rows: Array) -> Array:
    """Return the leading principal axes, each scaled to deviation one."""
    _, powers, axes = np.linalg.svd(rows, full_matrices=False)
    shares = np.cumsum(powers**2) / (powers**2).sum()
    count = min(int(np.searchsorted(shares, EXPLAINED)) + 1, MOST_COMPONENTS)
    scaled: Array = axes[:count].T / powers[:count] * np.sqrt(len(rows))
    return scaled


def _latent(rows: Array, values: Array) -> Array:
    components = min(MOST_COMPONENTS, len(rows) - 1)
    rotations = fit_pls_rotations(products_of(rows, values), components)
    deviations = (rows @ rotations.T).std(axis=0)
    kept = deviations > SHORTEST
    latent: Array = rotations[kept].T / deviations[kept]
    return latent
