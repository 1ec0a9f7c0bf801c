"""Which scans choose the ranges of a static quantisation: varied ones, all real.

Kennard and Stone's choice among principal scores reaches the outliers first and then
covers what lies between; the ranges that it gives hold for soils not seen yet.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.library.kennard_stone import farthest_first
from trainer.library.principal_scores import principal_scores

MOST_SCANS = 128
MOST_CANDIDATES = 2000
COMPONENTS = 8


def varied_scans(
    spectra: NDArray[np.float32], most: int = MOST_SCANS
) -> NDArray[np.float32]:
    """Return at most so many scans that cover what all of them vary in."""
    varied: NDArray[np.float32] = spectra[varied_rows(spectra, most)]
    return varied


def varied_rows(table: NDArray[np.float32], most: int = MOST_SCANS) -> NDArray[np.intp]:
    """Return which rows of a table cover what all of them vary in, in their order."""
    candidates = np.arange(0, len(table), -(-len(table) // MOST_CANDIDATES) or 1)
    if len(candidates) <= most:
        return candidates
    scores = principal_scores(table[candidates], COMPONENTS)
    chosen: NDArray[np.intp] = candidates[np.sort(farthest_first(scores)[:most])]
    return chosen
