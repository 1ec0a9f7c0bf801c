"""The few numbers that tell most of what differs between the spectra of a library."""

import numpy as np
from numpy.typing import NDArray

MOST_COMPONENTS = 10
MOST_ROWS_LEARNED_FROM = 5_000
BLOCK_ROWS = 4096


def principal_scores(
    spectra: NDArray[np.float32], components: int = MOST_COMPONENTS
) -> NDArray[np.float64]:
    """Return `spectra` [soil, band] on their principal components [soil, component].

    The components are learned from at most 5,000 soils, evenly spread over the rows,
    and a mapped library is read block by block.
    """
    stride = -(-len(spectra) // MOST_ROWS_LEARNED_FROM)
    learned = spectra[::stride].astype(np.float64)
    centre = learned.mean(axis=0)
    _, _, axes = np.linalg.svd(learned - centre, full_matrices=False)
    kept = axes[:components].T
    blocks = [
        (spectra[start : start + BLOCK_ROWS].astype(np.float64) - centre) @ kept
        for start in range(0, len(spectra), BLOCK_ROWS)
    ]
    return np.concatenate(blocks)
