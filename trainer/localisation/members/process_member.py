"""Gaussian processes on kernels of the basis, as a member of a farm's model."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trainer.localisation.members.basis import Basis
from trainer.localisation.members.farm_stack import Rows
from trainer.localisation.members.member_fit import Expansion
from trainer.localisation.members.posterior import Posterior, Prior
from trainer.localisation.members.posterior_fit import PosteriorFit
from trainer.localisation.members.value_scale import (
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

    def fit(self, kept: Rows) -> PosteriorFit:
        """Fit on the labelled soils `kept` of every farm."""
        values = self.values[:, kept]
        scale = scale_of_values(values, is_logarithmic=self.is_logarithmic)
        posterior = self.solve(self.prior.take(kept), scale.to_standard(values))
        return PosteriorFit(self, kept, scale, posterior)

    def expansion(self, at: int, posterior: Posterior) -> Expansion:
        """Return one farm's expansion, on the scale of the fit."""
        return Expansion(*self.basis.terms(at, self.settings, posterior))
