"""How far a farm's scans lie from a library's sites, and which site is nearest.

Sites are told apart by their mean scan and how far their own soils lie from it, in the
directions that soils vary in inside sites. No soil of the library is needed afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.treatments.spectral_treatments import treat

Array = NDArray[np.float64]

TREATMENT = "variate of first derivative"
COMPONENTS = 12
LEAST_POWER = 1e-6
"""Directions with less variance than this, against the first, are noise."""


@dataclass(frozen=True, eq=False)
class SiteDistances:
    """Where sites lie.

    Attributes:
        names: The sites.
        projection: From treated scans to whitened directions, [band, component].
        centres: Each site's mean there.
        reaches: How far a middling soil of each site lies from its mean.
    """

    names: tuple[str, ...]
    projection: Array
    centres: Array
    reaches: Array

    def nearest(self, spectra: NDArray[np.float32]) -> tuple[str, float]:
        """Return the nearest site, and how many of its own reaches away scans lie."""
        places = treat(TREATMENT, spectra) @ self.projection
        far = np.linalg.norm(places[:, np.newaxis] - self.centres, axis=2)
        ratios = np.median(far, axis=0) / self.reaches
        at = int(ratios.argmin())
        return self.names[at], float(ratios[at])


def site_distances(
    names: Sequence[str], groups: Sequence[NDArray[np.float32]]
) -> SiteDistances:
    """Return where the sites of a library lie, from their scans."""
    treated = [treat(TREATMENT, scans) for scans in groups]
    inside = np.mean([np.cov(one.T, bias=True) for one in treated], axis=0)
    powers, vectors = np.linalg.eigh(inside)
    powers, vectors = powers[::-1][:COMPONENTS], vectors[:, ::-1][:, :COMPONENTS]
    powers = np.maximum(powers, LEAST_POWER * max(float(powers[0]), LEAST_POWER))
    projection = vectors / np.sqrt(powers)
    places = [one @ projection for one in treated]
    centres = np.stack([one.mean(axis=0) for one in places])
    reaches = [
        float(np.median(np.linalg.norm(one - centre, axis=1)))
        for one, centre in zip(places, centres, strict=True)
    ]
    least = np.finfo(float).eps
    return SiteDistances(tuple(names), projection, centres, np.maximum(reaches, least))
