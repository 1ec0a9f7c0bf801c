"""Which series go into a package as golden vectors.

They must move every part of the graph: of each class that is told one series with much
seen and one with little, and series that no season looks like.
"""

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import Inputs
from protocols.limits import MAX_GOLDEN_SCANS
from trainer.export.proof_series import ProofSeries

MOST_CLASSES = 48
"""Beyond so many, devices would prove a model longer than it takes to load."""


def choose_golden_series(proof: ProofSeries, value: NDArray[np.float32]) -> Inputs:
    """Return series that judged, of every class told, and the strange ones after them.

    `value` is what the model tells of `proof.asked`.
    """
    rows = _fullest_and_emptiest(proof.asked[2], value.argmax(axis=1))
    both = zip(proof.asked, proof.oddities, strict=True)
    chosen = tuple(np.concatenate([one[rows], odd]) for one, odd in both)
    return tuple(one[:MAX_GOLDEN_SCANS] for one in chosen)


def _fullest_and_emptiest(
    mask: NDArray[np.float32], told: NDArray[np.intp]
) -> NDArray[np.intp]:
    seen = mask.mean(axis=(1, 2))
    rows: list[int] = []
    for one in np.unique(told)[:MOST_CLASSES]:
        of_class = np.flatnonzero(told == one)
        order = of_class[np.argsort(seen[of_class], kind="stable")]
        rows += dict.fromkeys((int(order[-1]), int(order[0])))
    return np.array(rows)
