"""One way to look at scans: a treatment, then bands centred and scaled.

Rows have mean squared length one over the soils a view was fitted on, so that lengths
and penalties of kernels mean the same under every treatment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.treatments.spectral_treatments import treat

Array = NDArray[np.float64]
Scans = NDArray[np.float32]

LEAST_SPREAD = 1e-12
"""A band that never varies tells nothing and is not blown up."""


@dataclass(frozen=True)
class View:
    """A treatment, and whether every band counts the same after it."""

    treatment: str
    is_autoscaled: bool


@dataclass(frozen=True, eq=False)
class FittedView:
    """A view of known soils.

    Attributes:
        treatment: The treatment's name.
        centre: The mean treated scan.
        scale: What each band is divided by.
        support: The known soils' rows.
    """

    treatment: str
    centre: Array
    scale: Array
    support: Array

    def rows(self, scans: Scans) -> Array:
        """Return scans as the view sees them."""
        rows: Array = (treat(self.treatment, scans) - self.centre) / self.scale
        return rows


def fit_view(view: View, scans: Scans) -> FittedView:
    """Return how `view` sees the known soils."""
    treated = treat(view.treatment, scans)
    centre = treated.mean(axis=0)
    spread = treated.std(axis=0)
    if not view.is_autoscaled:
        spread = np.full_like(spread, np.sqrt((spread**2).mean()))
    used = np.where(spread > LEAST_SPREAD, spread, np.inf)
    scale = used * np.sqrt(max(np.isfinite(used).sum(), 1))
    return FittedView(view.treatment, centre, scale, (treated - centre) / scale)
