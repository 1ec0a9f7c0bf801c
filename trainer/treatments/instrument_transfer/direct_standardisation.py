"""Direct standardisation: every wanted band from all seen ones.

Wang, Veltkamp and Kowalski, Analytical Chemistry 63 (1991), on principal components, as
there are always more bands than pairs.
"""

from trainer.treatments.instrument_transfer.paired_scans import (
    PairedScans,
    ScanTransfer,
    transfer_about_means,
    truncated_regression,
)


def fit_direct_standardisation(pairs: PairedScans, components: int) -> ScanTransfer:
    """Fit on the leading `components` of the seen scans."""
    pairs.check_rank(components)
    seen = pairs.seen - pairs.seen.mean(axis=0)
    wanted = pairs.wanted - pairs.wanted.mean(axis=0)
    return transfer_about_means(pairs, truncated_regression(seen, wanted, components))
