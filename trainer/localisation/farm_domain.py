"""Which scans a farm's model should know: the library's, then the farm's own.

With few labels the edge is where soils of farms that were left out of the library still
lie. With enough of its own, the farm is the centre; how soils vary inside farms is
shared with the library, and the edge comes from the farm's soils, each left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.applicability_domain import (
    DomainAxes,
    Scatter,
    domain_axes,
    edge_of,
)
from trainer.calibrations.component_choice import soil_folds
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_soils import FarmSoils
from trainer.treatments.spectral_treatments import DOMAIN_TREATMENT, treat

Array = NDArray[np.float64]

FEWEST_SOILS = 8
"""Fewer scans cannot tell where a farm's soils end."""

LIBRARY_SOILS = 3.0
"""How many of the farm's own soils the library's inner scatter counts as."""

FEWEST_FARMS = 3
"""Two farms cannot tell how far a third may lie."""

FOLDS = 10

LIBRARY_METHOD = "PCA T2 and Q of the library's soils; edge from farms left out"
FEW_FARMS_METHOD = (
    "PCA T2 and Q of the library's soils; edge from these soils themselves, as farms "
    "are too few to leave one out"
)
FARM_METHOD = (
    "PCA T2 and Q about the farm's own soils, variation shared with the library; "
    "edge from the farm's soils left out in ten folds"
)


@dataclass(frozen=True, eq=False)
class FarmDomain:
    """What a farm's model knows.

    Attributes:
        axes: Which way its soils vary.
        edge: The distance from where on a scan is foreign.
        soils: From how many soils that is known.
        method: How, in words.
        left_out: How far each of the farm's own soils lies from the others, in edges;
            none where the domain is the library's.
    """

    axes: DomainAxes
    edge: float
    soils: int
    method: str
    left_out: Array = field(default_factory=lambda: np.zeros(0))

    def novelty(self, spectra: NDArray[np.float32]) -> Array:
        """Return how novel scans are, 1 at the edge."""
        return self.axes.distances(treat(DOMAIN_TREATMENT, spectra)) / self.edge


@dataclass(frozen=True, eq=False)
class LibraryDomain:
    """What a library tells of domains, without any of its soils.

    Attributes:
        unlabelled: The domain of a model that is the library's alone.
        inside: How treated scans vary together inside farms.
    """

    unlabelled: FarmDomain
    inside: Array


def library_domain(library: SpectralLibrary) -> LibraryDomain:
    """Return what a library tells of its own domain and of farms'."""
    known = treat(DOMAIN_TREATMENT, library.spectra)
    names = np.array(library.farms)
    groups = [known[names == name] for name in library.farm_names]
    inside = np.mean([np.cov(one.T, bias=True) for one in groups], axis=0)
    return LibraryDomain(_unlabelled_domain(groups), inside)


def farm_domain(library: LibraryDomain, farm: FarmSoils, seed: int) -> FarmDomain:
    """Return the domain of a model of this library and this farm."""
    if len(farm.samples) < FEWEST_SOILS:
        return library.unlabelled
    return _own_domain(library.inside, treat(DOMAIN_TREATMENT, farm.spectra), seed)


def _unlabelled_domain(groups: Sequence[Array]) -> FarmDomain:
    axes, everything = domain_axes(_between_farms(groups)), np.concatenate(groups)
    if len(groups) < FEWEST_FARMS:
        edge = edge_of(axes.distances(everything))
        return FarmDomain(axes, edge, len(everything), FEW_FARMS_METHOD)
    edges = [
        edge_of(domain_axes(_between_farms(_others(groups, out))).distances(one))
        for out, one in enumerate(groups)
    ]
    # A geometric mean, so that one odd instrument does not open it to everything.
    edge = float(np.exp(np.mean(np.log(edges))))
    return FarmDomain(axes, edge, len(everything), LIBRARY_METHOD)


def _others(groups: Sequence[Array], out: int) -> list[Array]:
    return [*groups[:out], *groups[out + 1 :]]


def _own_domain(inside: Array, own: Array, seed: int) -> FarmDomain:
    distances = np.zeros(len(own))
    for kept, out in soil_folds(len(own), FOLDS, seed):
        axes = domain_axes(_around(own[kept], inside))
        distances[out] = axes.distances(own[out])
    edge = edge_of(distances)
    return FarmDomain(
        domain_axes(_around(own, inside)),
        edge,
        len(own),
        FARM_METHOD,
        distances / edge,
    )


def _around(own: Array, inside: Array) -> Scatter:
    """Return the farm's centre, and its scatter drawn towards other farms'."""
    weight = LIBRARY_SOILS / (LIBRARY_SOILS + len(own))
    mixed = weight * inside + (1 - weight) * np.cov(own.T, bias=True)
    return Scatter(own.mean(axis=0), mixed)


def _between_farms(groups: Sequence[Array]) -> Scatter:
    """Return the scatter of all soils, every farm counting the same."""
    centre = np.mean([one.mean(axis=0) for one in groups], axis=0)
    spreads = [(one - centre).T @ (one - centre) / len(one) for one in groups]
    return Scatter(centre, np.mean(spreads, axis=0))
