"""External parameter orthogonalisation: what moisture does to scans is projected away.

Roger, Chauchard and Bellon-Maurel, Chemometrics and Intelligent Laboratory Systems 66
(2003); for soil moisture Minasny and co-workers, Geoderma 167 (2011). Dry scans must be
projected too: the model behind is fitted on projected scans.
"""

import numpy as np

from trainer.treatments.instrument_transfer.paired_scans import (
    PairedScans,
    ScanTransfer,
)


def fit_moisture_orthogonalisation(pairs: PairedScans, components: int) -> ScanTransfer:
    """Fit the projection away from the leading differences of wet and dry scans."""
    pairs.check_rank(components)
    differences = pairs.seen - pairs.wanted
    axes = np.linalg.svd(differences, full_matrices=False)[2][:components]
    bands = axes.shape[1]
    return ScanTransfer(np.eye(bands) - axes.T @ axes, np.zeros(bands))
