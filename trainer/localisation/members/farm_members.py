"""Which members a farm's model is averaged from, for a stack of farms.

Local members see only the farm's own labels. Library members bring what farms of a
library have in common: directions and forecasts (sums only), and soils of other sites.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from trainer.localisation.members.basis import (
    LINEAR,
    NEAR,
    SHAPES,
    WIDE,
    Basis,
    SummedForecast,
    ViewedKernels,
    basis_of,
)
from trainer.localisation.members.farm_stack import FarmStack
from trainer.localisation.members.library_latents import LibraryLatents
from trainer.localisation.members.machine_member import MachineMember
from trainer.localisation.members.member_fit import StackMember
from trainer.localisation.members.placed_sites import LibrarySites, PlacedSites
from trainer.localisation.members.posterior import at_given_noise, at_least_error
from trainer.localisation.members.process_member import ProcessMember
from trainer.localisation.members.site_member import SiteMember, SiteStack
from trainer.localisation.members.stacked_view import (
    StackedView,
    own_views,
    placed_view,
    projected_view,
)
from trainer.treatments.spectral_treatments import TREATMENTS

OWN, LATENT, FORECAST, MEAN_FORECAST = "own", "latents", "forecasts", "mean forecast"

RIDGES = 4
PROCESSES = 10
SHARED_NOISE = 0.1
PENALTY, LOGARITHM_PENALTY = 5.0, 10.0


@dataclass(frozen=True)
class FarmMembers:
    """The members by what they know.

    Attributes:
        local: From the farm's labels alone.
        shared: From directions and forecasts of the library, without its level.
        declared: From the library's values, in the unit that the farm declares.
    """

    local: tuple[StackMember, ...]
    shared: tuple[StackMember, ...]
    declared: tuple[StackMember, ...]


def farm_members(
    stack: FarmStack,
    latents: Sequence[LibraryLatents],
    sites: LibrarySites | None,
) -> FarmMembers:
    """Return all members that the farms' labels and the library allow."""
    is_positive = bool(stack.values.min() > 0)
    basis = _basis(stack, latents)
    local = _local(basis, stack, is_positive=is_positive)
    shared = _shared(basis, stack, is_positive=is_positive)
    if sites is None:
        return FarmMembers(local, shared, ())
    many = _placed("many sites", stack, sites.standardised)
    declared = _placed("declared units", stack, sites.declared)
    return FarmMembers(local, (*shared, *many), declared)


def _basis(stack: FarmStack, latents: Sequence[LibraryLatents]) -> Basis:
    pairs = list(zip(TREATMENTS, stack.treated, strict=True))
    own = [view for name, treated in pairs for view in own_views(name, treated)]
    families = {
        LATENT: [one.latents for one in latents],
        FORECAST: [one.forecasts for one in latents],
    }
    projected = [
        ViewedKernels(
            family,
            tuple(
                projected_view(name, treated, one)
                for (name, treated), one in zip(pairs, projections, strict=True)
            ),
        )
        for family, projections in families.items()
    ]
    forecast = SummedForecast(
        MEAN_FORECAST,
        tuple(
            projected_view(name, treated, one.mean_forecast, is_scaled=False)
            for (name, treated), one in zip(pairs, latents, strict=True)
        ),
    )
    return basis_of((ViewedKernels(OWN, tuple(own)), *projected, forecast))


def _local(
    basis: Basis, stack: FarmStack, *, is_positive: bool
) -> tuple[StackMember, ...]:
    values = stack.values
    ridge = ProcessMember(
        "ridge",
        basis,
        basis.each(OWN, (LINEAR,)),
        values,
        partial(at_least_error, best=RIDGES),
    )
    processes = ProcessMember(
        "processes",
        basis,
        basis.each(OWN, (NEAR, WIDE)),
        values,
        partial(at_least_error, best=PROCESSES),
    )
    mostly = basis.shares({(OWN, LINEAR): 0.9, (OWN, WIDE): 0.1})
    machine = MachineMember("machine", basis, mostly, values, PENALTY)
    if not is_positive:
        return ridge, processes, machine
    evenly = basis.shares({(OWN, LINEAR): 0.5, (OWN, WIDE): 0.5})
    logs = MachineMember(
        "machine of logarithms", basis, evenly, values, LOGARITHM_PENALTY, True
    )
    return ridge, processes, machine, logs


def _shared(
    basis: Basis, stack: FarmStack, *, is_positive: bool
) -> tuple[StackMember, ...]:
    families = (OWN, LATENT, FORECAST)
    parts = {(family, shape): 1.0 for family in families for shape in SHAPES}
    setting = basis.shares({**parts, (MEAN_FORECAST, LINEAR): 1.0})
    settings = setting[np.newaxis] / (len(parts) + 1)
    given = partial(at_given_noise, noise=SHARED_NOISE)
    values = stack.values
    plain = ProcessMember("shared kernel", basis, settings, values, given)
    chosen = ProcessMember(
        "shared kernel, own noise", basis, settings, values, at_least_error
    )
    if not is_positive:
        return plain, chosen
    logs = ProcessMember(
        "shared kernel of logarithms", basis, settings, values, given, True
    )
    return plain, chosen, logs


def _placed(
    name: str, stack: FarmStack, placed: PlacedSites
) -> tuple[StackMember, ...]:
    beside = SiteStack(placed.known, _placed_views(stack, placed))
    plain, logs = placed.plain, placed.logarithms
    member = SiteMember(name, beside, plain.standard, stack.values, plain.scale)
    if logs is None or not stack.values.min() > 0:
        return (member,)
    of_logs = f"{name}, logarithms"
    return (
        member,
        SiteMember(
            of_logs,
            beside,
            logs.standard,
            stack.values,
            logs.scale,
            is_logarithmic=True,
        ),
    )


def _placed_views(stack: FarmStack, placed: PlacedSites) -> tuple[StackedView, ...]:
    views = []
    for at, (treatment, treated) in enumerate(
        zip(TREATMENTS, stack.treated, strict=True)
    ):
        shape = (stack.farms, treated.shape[-1])
        centre = (
            treated.mean(axis=1)
            if placed.centres is None
            else np.broadcast_to(placed.centres[at], shape)
        )
        scale = np.broadcast_to(placed.scales[at], shape)
        views.append(
            placed_view(treatment, treated, centre, scale, placed.known.rows[at])
        )
    return tuple(views)
