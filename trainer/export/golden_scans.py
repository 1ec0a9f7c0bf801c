"""Which scans go into a package as golden vectors.

They must move every part of the graph: scans over the whole range of values, and one
that no soil looks like.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.export.strange_scans import white_panel

SCANS = 7


def choose_golden_scans(
    spectra: NDArray[np.float32], values: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return scans spread evenly over the order of `values`, and a white panel."""
    order = np.argsort(values, kind="stable")
    places = np.linspace(0, len(order) - 1, min(SCANS, len(order))).round().astype(int)
    return np.concatenate([spectra[order[places]], white_panel(spectra.shape[1])])
