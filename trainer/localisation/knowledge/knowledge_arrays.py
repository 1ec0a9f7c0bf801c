"""The numbers in a library's knowledge as named arrays, and back again."""

from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.applicability_domain import DomainAxes
from trainer.calibrations.linear_map import LinearMap
from trainer.evaluation.agreement import Agreement
from trainer.localisation.farm_domain import FarmDomain, LibraryDomain
from trainer.localisation.knowledge.library_distance import TREATMENT, SiteDistances
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    TargetKnowledge,
)
from trainer.localisation.knowledge.library_model import LeftOut, LibraryModel
from trainer.localisation.knowledge.stored_arrays import StoredArrays
from trainer.localisation.members.library_latents import LibraryLatents
from trainer.treatments.spectral_treatments import DOMAIN_TREATMENT, TREATMENTS, treat

Arrays = dict[str, NDArray[np.float64] | NDArray[np.float32]]

NUMBERS, FIGURES, OF_DOMAIN = "numbers", "figures", "numbers of the domain"
SIZES = {NUMBERS: 6 + len(TREATMENTS), FIGURES: 7, OF_DOMAIN: 2}
"""How many single numbers stand together."""

DOMAIN, DISTANCES = "bands of the domain", "bands of distances"


def of_treatment(at: int) -> str:
    """Return what the bands of one treated scan are called among sizes."""
    return f"bands of {TREATMENTS[at]}"


def widths(scans: NDArray[np.float32]) -> dict[str, int]:
    """Return how many bands each treatment leaves of these scans."""
    names = {of_treatment(at): name for at, name in enumerate(TREATMENTS)}
    names.update({DOMAIN: DOMAIN_TREATMENT, DISTANCES: TREATMENT})
    return {size: treat(name, scans).shape[1] for size, name in names.items()}


def arrays_of(knowledge: LibraryKnowledge) -> Arrays:
    """Return every number of knowledge that carries no soils."""
    domain, distances = knowledge.domain, knowledge.distances
    arrays: Arrays = {
        "scans": knowledge.scans,
        "domain/centre": domain.unlabelled.axes.centre,
        "domain/directions": domain.unlabelled.axes.directions,
        "domain/numbers": np.array(
            [domain.unlabelled.axes.residual, domain.unlabelled.edge]
        ),
        "domain/inside": domain.inside,
        "distances/projection": distances.projection,
        "distances/centres": distances.centres,
        "distances/reaches": distances.reaches,
    }
    for at, one in enumerate(knowledge.by_target):
        arrays.update(_arrays_of_target(f"target-{at}", one))
    return arrays


def _arrays_of_target(folder: str, known: TargetKnowledge) -> Arrays:
    model, left_out = known.model, known.model.left_out
    numbers = [
        model.least,
        model.most,
        known.spread,
        left_out.half_width,
        left_out.between,
        left_out.within,
        *(one.intercept for one in model.maps),
    ]
    _, *figures = astuple(left_out.figures)
    arrays: Arrays = {
        f"{folder}/numbers": np.array(numbers),
        f"{folder}/figures": np.array(figures),
    }
    for at, (one, latents) in enumerate(zip(model.maps, known.latents, strict=True)):
        arrays[f"{folder}/map-{at}"] = one.coefficients
        arrays[f"{folder}/latents-{at}"] = latents.latents
        arrays[f"{folder}/forecasts-{at}"] = latents.forecasts
    return arrays


def target_from(stored: StoredArrays, column: int, figures_n: int) -> TargetKnowledge:
    """Return what is known of the target in `column`."""
    folder, ways = f"target-{column}", range(len(TREATMENTS))
    numbers = stored.take(f"{folder}/numbers", NUMBERS).tolist()
    least, most, spread, half_width, between, within, *intercepts = numbers
    figures = stored.take_any(f"{folder}/figures", FIGURES).tolist()
    maps = tuple(
        LinearMap(stored.take(f"{folder}/map-{at}", of_treatment(at)), intercepts[at])
        for at in ways
    )
    latents = tuple(
        LibraryLatents(
            stored.take(f"{folder}/latents-{at}", of_treatment(at), "latents"),
            stored.take(f"{folder}/forecasts-{at}", of_treatment(at), "forecasts"),
        )
        for at in ways
    )
    left_out = LeftOut(Agreement(figures_n, *figures), half_width, between, within)
    return TargetKnowledge(LibraryModel(maps, left_out, least, most), latents, spread)


def domain_from(stored: StoredArrays, soils: int, method: str) -> LibraryDomain:
    """Return which scans the library knows."""
    residual, edge = stored.take("domain/numbers", OF_DOMAIN).tolist()
    axes = DomainAxes(
        stored.take("domain/centre", DOMAIN),
        stored.take("domain/directions", DOMAIN, "directions"),
        residual,
    )
    inside = stored.take("domain/inside", DOMAIN, DOMAIN)
    return LibraryDomain(FarmDomain(axes, edge, soils, method), inside)


def distances_from(stored: StoredArrays, names: tuple[str, ...]) -> SiteDistances:
    """Return where the library's sites lie."""
    return SiteDistances(
        names,
        stored.take("distances/projection", DISTANCES, "components"),
        stored.take("distances/centres", "sites", "components"),
        stored.take("distances/reaches", "sites"),
    )
