"""How far a scan lies from the soils a model knows.

Principal components of known soils give two distances: Hotelling's T2 within what they
vary in, and Q outside of it (Jackson and Mudholkar, Technometrics 21, 1979). Both are
taken relative to their mean among known soils, added, and divided by the distance that
a new soil of the same kind stays under with 95 %. A scan above 1.0 is foreign.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.special import stdtrit
from torch import Tensor, nn

from trainer.calibrations.conformal import finite_sample_quantile

Array = NDArray[np.float64]

EDGE_QUANTILE = 0.95
EXPLAINED = 0.999
MOST_COMPONENTS = 16
LEAST_VARIANCE = 1e-8
LEAST_DISTANCE = 1e-6
"""One soil scanned over and over has no distances; an edge still divides by them."""

OUTLYING, NORMAL_DEVIATIONS = 3.0, 1.4826
"""How many robust deviations from the median make an outlier; chosen on LimeSoDa."""

FEWEST_TO_SCATTER = 3
"""Two distances have no scatter to speak of."""


@dataclass(frozen=True, eq=False)
class Scatter:
    """Where treated soils lie and how they vary together, band by band."""

    centre: Array
    covariance: Array


@dataclass(frozen=True, eq=False)
class DomainAxes:
    """The directions that soils vary in, each scaled to mean T2 and Q of one."""

    centre: Array
    directions: Array
    residual: float

    def distances(self, treated: Array) -> Array:
        """Return how far each soil lies, about 1.4 for a typical one."""
        rest = treated - self.centre
        scores = rest @ self.directions
        lengths = (self.directions**2).sum(axis=0)
        explained = (scores**2 / lengths).sum(axis=1)
        outside = np.clip((rest**2).sum(axis=1) - explained, 0, None)
        far: Array = np.sqrt((scores**2).mean(axis=1) + outside / self.residual)
        return far


def domain_axes(scatter: Scatter) -> DomainAxes:
    """Return the axes of the soils that `scatter` describes."""
    bands = len(scatter.covariance)
    most = min(MOST_COMPONENTS, bands)
    # Only the leading directions are wanted: the rest would take as long again.
    powers, vectors = eigh(
        scatter.covariance, subset_by_index=(bands - most, bands - 1)
    )
    powers, vectors = np.clip(powers[::-1], 0, None), vectors[:, ::-1]
    total = float(np.trace(scatter.covariance))
    shares = np.cumsum(powers) / total
    count = min(int(np.searchsorted(shares, EXPLAINED)) + 1, most)
    scale = np.sqrt(np.maximum(powers[:count], LEAST_VARIANCE))
    residual = max(total - float(powers[:count].sum()), LEAST_VARIANCE)
    return DomainAxes(scatter.centre, vectors[:, :count] / scale, residual)


def edge_of(distances: Array) -> float:
    """Return the distance that the next soil of the same kind stays under.

    Fewer than 19 soils cannot tell by counting: the largest distance is passed by one
    new soil in so many. Logarithms of distances then are taken to be normal. One odd
    soil among more must not open the domain to everything: outliers are no edge.
    """
    edge = finite_sample_quantile(distances, EDGE_QUANTILE)
    if math.isfinite(edge):
        return max(min(edge, _outlying(distances)), LEAST_DISTANCE)
    return max(float(distances.max()), _normal_edge(distances), LEAST_DISTANCE)


def _outlying(distances: Array) -> float:
    """Return from where on a distance is an outlier, by median and its deviations."""
    logarithms = np.log(np.maximum(distances, LEAST_DISTANCE))
    middle = float(np.median(logarithms))
    deviation = NORMAL_DEVIATIONS * float(np.median(np.abs(logarithms - middle)))
    return math.exp(middle + OUTLYING * deviation)


def _normal_edge(distances: Array) -> float:
    """Return the limit that normal theory gives the next of so few."""
    known = len(distances)
    if known < FEWEST_TO_SCATTER:
        return 0.0
    logarithms = np.log(np.maximum(distances, LEAST_DISTANCE))
    reach = float(stdtrit(known - 1, EDGE_QUANTILE)) * math.sqrt(1 + 1 / known)
    return float(np.exp(logarithms.mean() + reach * logarithms.std(ddof=1)))


class ApplicabilityDomain(nn.Module):
    """Novelty of treated scans: 1.0 at the edge of what is known."""

    centre: Tensor
    directions: Tensor
    lengths: Tensor
    components: Tensor
    residual: Tensor
    edge: Tensor

    def __init__(self, axes: DomainAxes, edge: float) -> None:
        super().__init__()
        # Of the same shapes for all farms, and no plain number among them: then one
        # exported graph serves them all, with other numbers filled in.
        room = max(MOST_COMPONENTS - axes.directions.shape[1], 0)
        arrays = {
            "centre": axes.centre,
            "directions": np.pad(axes.directions, ((0, 0), (0, room))),
            "lengths": np.pad(
                (axes.directions**2).sum(axis=0), (0, room), constant_values=1.0
            ),
            "components": np.array(axes.directions.shape[1]),
            "residual": np.array(axes.residual),
            "edge": np.array(edge),
        }
        for name, array in arrays.items():
            self.register_buffer(name, torch.from_numpy(array).double())

    def forward(self, treated: Float[Tensor, "scan band"]) -> Float[Tensor, " scan"]:
        """Return each scan's distance in units of the edge."""
        # What lies outside is a small difference of large sums: float32 loses it.
        rest = treated.to(self.centre.dtype) - self.centre
        powers = (rest @ self.directions) ** 2
        inside = powers.sum(dim=1) / self.components
        outside = (rest * rest).sum(dim=1) - (powers / self.lengths).sum(dim=1)
        outside = torch.clamp(outside, min=0.0) / self.residual
        distance: Tensor = torch.sqrt(inside + outside) / self.edge
        return distance.to(treated.dtype)
