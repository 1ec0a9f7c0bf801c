"""Groups of soils whose scans are alike, for data that say nothing of their origin.

Scans of one field or profile are near-duplicates. Left in on both sides of a split they
make the wrong treatments look best. Soils are joined by average linkage of the leading
principal components of their first derivatives' standard normal variates.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from trainer.calibrations.treated_view import View, fit_view

__all__ = ["alike_groups"]

COMPONENTS = 10
SOILS_A_GROUP = 5
TREATMENT = "variate of first derivative"


def alike_groups(
    scans: NDArray[np.float32], soils_a_group: int = SOILS_A_GROUP
) -> tuple[str, ...]:
    """Return one group name a scan; groups hold `soils_a_group` soils on average."""
    rows = fit_view(View(TREATMENT, is_autoscaled=True), scans).support
    left, powers, _ = np.linalg.svd(rows, full_matrices=False)
    scores = (left * powers)[:, :COMPONENTS]
    tree = linkage(scores, "average")
    count = max(1, round(len(scans) / soils_a_group))
    return tuple(f"alike-{one}" for one in fcluster(tree, count, "maxclust"))
