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
    spectra = spectra[:: -(-len(spectra) // MOST_CANDIDATES) or 1]
    if len(spectra) <= most:
        return spectra
    scores = principal_scores(spectra, COMPONENTS)
    chosen: NDArray[np.intp] = np.sort(farthest_first(scores)[:most])
    varied: NDArray[np.float32] = spectra[chosen]
    return varied
