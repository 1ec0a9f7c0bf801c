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
        projection: What rows are multiplied by in the end, if anything.
    """

    treatment: str
    centre: Array
    scale: Array
    support: Array
    projection: Array | None = None

    def rows(self, scans: Scans) -> Array:
        """Return scans as the view sees them."""
        rows: Array = (treat(self.treatment, scans) - self.centre) / self.scale
        return rows if self.projection is None else rows @ self.projection


def fit_view(view: View, scans: Scans) -> FittedView:
    """Return how `view` sees the known soils."""
    treated = treat(view.treatment, scans)
    centre, scale = centre_of(treated), scale_of(treated, view.is_autoscaled)
    return FittedView(view.treatment, centre, scale, (treated - centre) / scale)


def centre_of(treated: Array) -> Array:
    """Return the mean treated scan; leading axes are stacks of sets of soils."""
    centre: Array = treated.mean(axis=-2)
    return centre


def scale_of(treated: Array, is_autoscaled: bool) -> Array:
    """Return what bands are divided by, so that rows have mean squared length one."""
    spread = treated.std(axis=-2)
    if not is_autoscaled:
        level = np.sqrt((spread**2).mean(axis=-1, keepdims=True))
        spread = np.broadcast_to(level, spread.shape)
    varies = spread > LEAST_SPREAD
    counted = np.maximum(varies.sum(axis=-1, keepdims=True), 1)
    scale: Array = np.where(varies, spread, np.inf) * np.sqrt(counted)
    return scale
