"""Made scans that are typical of a library, without being anybody's soil.

Golden vectors travel in every package. Where a farm has no scans of its own yet, these
stand in: the library's mean scan, moved along the directions that its soils vary in.
"""

import numpy as np
from numpy.typing import NDArray

DIRECTIONS = 4
STEPS = (-1.5, -0.75, 0.75, 1.5)
MOST_SOILS = 4096
DARKEST, BRIGHTEST = 0.01, 1.0


def typical_scans(spectra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean scan, and steps from it along each leading direction."""
    stride = max(1, len(spectra) // MOST_SOILS)
    known = np.asarray(spectra[::stride], dtype=np.float64)
    mean = known.mean(axis=0)
    _, powers, turn = np.linalg.svd(known - mean, full_matrices=False)
    spreads = powers[:DIRECTIONS] / np.sqrt(max(len(known) - 1, 1))
    moved = [
        mean + step * spread * direction
        for spread, direction in zip(spreads, turn, strict=False)
        for step in STEPS
    ]
    scans = np.clip(np.stack([mean, *moved]), DARKEST, BRIGHTEST)
    told: NDArray[np.float32] = scans.astype(np.float32)
    return told
