"""Gaussian processes on kernels of the basis, as a member of a farm's model."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.member import Member
from trainer.localisation.members.basis import Basis
from trainer.localisation.members.farm_stack import Rows
from trainer.localisation.members.member_fit import Expansion
from trainer.localisation.members.posterior import Posterior, Prior
from trainer.localisation.members.value_scale import (
    ValueScale,
    believable_ranges,
    scale_of_values,
)

Array = NDArray[np.float64]
Solver = Callable[[Prior, Array], Posterior]


@dataclass(frozen=True, eq=False)
class ProcessMember:
    """Settings over a basis, and how their posterior is found.

    Attributes:
        name: What reports call it.
        basis: Where its likenesses come from.
        settings: [setting, basis kernel].
        values: Laboratory values, [farm, soil].
        solve: From prior and standardised values to the posterior.
        is_logarithmic: Whether logarithms are fitted.
    """

    name: str
    basis: Basis
    settings: Array
    values: Array
    solve: Solver
    is_logarithmic: bool = False

    @cached_property
    def prior(self) -> Prior:
        """The prior of all labelled soils."""
        return self.basis.prior(self.settings)

    def fit(self, kept: Rows) -> "ProcessFit":
        """Fit on the labelled soils `kept` of every farm."""
        values = self.values[:, kept]
        scale = scale_of_values(values, is_logarithmic=self.is_logarithmic)
        posterior = self.solve(self.prior.take(kept), scale.to_standard(values))
        return ProcessFit(self, kept, scale, posterior)


@dataclass(frozen=True, eq=False)
class ProcessFit:
    """The member's posterior on the rows `kept` of every farm."""

    of: ProcessMember
    kept: Rows
    scale: ValueScale
    posterior: Posterior

    def answer(self, out: Rows) -> Array:
        """Return what soils that were left out are told to be, [farm, soil]."""
        told = self.of.prior.answer(self.kept, out, self.posterior)
        _, most = believable_ranges(self.of.values[:, self.kept])
        return self.scale.to_values(told, most)

    def members(self, at: int) -> tuple[Member, ...]:
        """Return one farm's member, in the target's own unit; all rows were kept."""
        terms, level = self.of.basis.terms(at, self.of.settings, self.posterior)
        return (Expansion(terms, level).member(self.scale, at),)
