"""A process over a library's soils and each farm's own, as a member of its model."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.member import Term, kernel_term
from trainer.localisation.members.basis import SHAPES
from trainer.localisation.members.farm_stack import Rows
from trainer.localisation.members.member_fit import Expansion
from trainer.localisation.members.posterior import Posterior, Prior, at_evidence
from trainer.localisation.members.posterior_fit import PosteriorFit
from trainer.localisation.members.site_process import (
    KERNELS,
    KnownSites,
    mixed_kernels,
)
from trainer.localisation.members.stacked_view import StackedView, likenesses
from trainer.localisation.members.value_scale import (
    ValueScale,
    scale_of_values,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SiteStack:
    """A stack of farms beside a library's sites, whatever values are fitted.

    Attributes:
        known: The library's soils.
        views: The farms' soils seen as the library's are, supported by them.
    """

    known: KnownSites
    views: tuple[StackedView, ...]

    @cached_property
    def across(self) -> Array:
        """Covariance of farms' soils and the library's, [farm, setting, soil, soil]."""
        likeness = self.known.likeness_to(tuple(view.rows for view in self.views))
        found = [
            one.kinship * likeness[:, one.kernel] + self.known.level
            for one in self.known.settings
        ]
        return np.stack(found, axis=1)

    @cached_property
    def covariance(self) -> Array:
        """How farms' soils vary about what the library expects of them."""
        own = mixed_kernels(
            np.mean(
                [np.stack(likenesses(v.rows, v.rows, SHAPES), 1) for v in self.views],
                axis=0,
            )
        )
        found = np.stack([own[:, one.kernel] for one in self.known.settings], 1)
        explained = self.across @ self.known.precisions @ self.across.swapaxes(-1, -2)
        return found + self.levels[:, None, None] - explained

    @property
    def levels(self) -> Array:
        """The variance of a farm's own level under each setting."""
        offsets = [one.offset for one in self.known.settings]
        return self.known.level + np.array(offsets)


@dataclass(frozen=True, eq=False)
class SiteMember:
    """A library's sites beside each farm as one more site.

    Attributes:
        name: What reports call it.
        sites: The library's soils and the farms'.
        standard: The library's values on the scale of the fit.
        values: Laboratory values, [farm, soil].
        scale: The library's scale, or nothing where each farm has its own.
        is_logarithmic: Whether logarithms are fitted.
    """

    name: str
    sites: SiteStack
    standard: Array
    values: Array
    scale: ValueScale | None = None
    is_logarithmic: bool = False

    @cached_property
    def pulls(self) -> Array:
        """What each library soil adds to what is expected, [setting, soil]."""
        return self.sites.known.pulls(self.standard)

    @cached_property
    def prior(self) -> Prior:
        """What the library expects of the farms' soils, and how sure it is."""
        mean = (self.sites.across @ self.pulls[..., np.newaxis])[..., 0]
        return Prior(self.sites.covariance, mean)

    def fit(self, kept: Rows) -> PosteriorFit:
        """Fit on the labelled soils `kept` of every farm."""
        values = self.values[:, kept]
        scale = self.scale or scale_of_values(
            values, is_logarithmic=self.is_logarithmic
        )
        posterior = at_evidence(
            self.prior.take(kept), scale.to_standard(values), self.sites.known.noise
        )
        return PosteriorFit(self, kept, scale, posterior)

    def expansion(self, at: int, posterior: Posterior) -> Expansion:
        """Return one farm's expansion over the library's soils and its own."""
        known = self.sites.known
        own = posterior.shares[at][:, np.newaxis] * posterior.weights[at]
        pulled = (own[:, np.newaxis, :] @ self.sites.across[at])[:, 0]
        far = posterior.shares[at][:, np.newaxis] * self.pulls
        far = far - (pulled[:, np.newaxis, :] @ known.precisions)[:, 0]
        intercept = known.level * float(far.sum())
        intercept += float(self.sites.levels @ own.sum(axis=1))
        return Expansion(tuple(self._terms(at, far, own)), intercept)

    def _terms(self, at: int, far: Array, own: Array) -> list[Term]:
        """Share weights [setting, soil] out to shapes and views."""
        settings, views = self.sites.known.settings, self.sites.views
        kinships = np.array([one.kinship for one in settings])
        weights = np.concatenate([kinships[:, np.newaxis] * far, own], axis=1)
        terms = []
        for shape in SHAPES:
            shares = [KERNELS[one.kernel].get(shape, 0.0) for one in settings]
            mixed = np.array(shares) @ weights / len(views)
            terms += [kernel_term(view.of_farm(at), shape, mixed) for view in views]
        return terms
