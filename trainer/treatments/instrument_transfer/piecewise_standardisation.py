"""Piecewise direct standardisation: every wanted band from its seen neighbours.

Wang, Veltkamp and Kowalski, Analytical Chemistry 63 (1991). Windows are cut at the ends
of the scan, so that no band is lost.
"""

import numpy as np

from trainer.treatments.instrument_transfer.paired_scans import (
    PairedScans,
    ScanTransfer,
    transfer_about_means,
    truncated_regression,
)


def fit_piecewise_standardisation(
    pairs: PairedScans, half_window: int, components: int
) -> ScanTransfer:
    """Fit each band on `half_window` neighbours to both sides."""
    pairs.check_rank(components)
    seen = pairs.seen - pairs.seen.mean(axis=0)
    wanted = pairs.wanted - pairs.wanted.mean(axis=0)
    bands = seen.shape[1]
    matrix = np.zeros((bands, bands))
    for band in range(bands):
        near = slice(max(0, band - half_window), band + half_window + 1)
        fitted = truncated_regression(seen[:, near], wanted[:, [band]], components)
        matrix[near, band] = fitted[:, 0]
    return transfer_about_means(pairs, matrix)
