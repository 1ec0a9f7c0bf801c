"""Spectral space transformation: scans moved along the axes both instruments share.

Du, Chen, Chen and co-workers, Analytica Chimica Acta 690 (2011): the scans of both
instruments side by side have common principal components; what a scan shows of them on
one instrument is replaced by what it would show on the other, the rest stays.
"""

import numpy as np

from trainer.treatments.instrument_transfer.paired_scans import (
    PairedScans,
    ScanTransfer,
)


def fit_space_transformation(pairs: PairedScans, components: int) -> ScanTransfer:
    """Fit on the leading `components` of both instruments' scans, not centred."""
    pairs.check_rank(components)
    bands = pairs.seen.shape[1]
    both = np.hstack([pairs.wanted, pairs.seen])
    axes = np.linalg.svd(both, full_matrices=False)[2][:components]
    wanted, seen = axes[:, :bands], axes[:, bands:]
    matrix = np.eye(bands) + np.linalg.pinv(seen) @ (wanted - seen)
    return ScanTransfer(matrix, np.zeros(bands))
