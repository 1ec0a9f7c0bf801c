"""The likenesses that every local kernel is summed from, computed once a stack.

A basis kernel is one view under one shape, or a forecast that many views add up to. A
setting is a row of shares over the basis; fitting any number of settings needs each
likeness once, and a posterior comes back as weights over the basis.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.kernel_shape import KernelShape
from trainer.calibrations.member import LinearTerm, Term, kernel_term
from trainer.localisation.members.posterior import (
    LEVEL_VARIANCE,
    Posterior,
    Prior,
    nothing_expected,
)
from trainer.localisation.members.stacked_view import StackedView

Array = NDArray[np.float64]

LINEAR = KernelShape("linear")
NEAR, WIDE = KernelShape("matern", 1.0), KernelShape("matern", 3.0)
SHAPES = (LINEAR, NEAR, WIDE)


@dataclass(frozen=True, eq=False)
class ViewedKernels:
    """Views, each under every shape; views count the same."""

    name: str
    views: tuple[StackedView, ...]

    @property
    def labels(self) -> list[tuple[str, KernelShape]]:
        """The family and shape of each basis kernel."""
        return [(self.name, shape) for _, shape in product(self.views, SHAPES)]

    def grams(self) -> list[Array]:
        """Return one likeness a view and shape, each [farm, soil, soil]."""
        return [gram for view in self.views for gram in view.grams(SHAPES)]

    def terms(self, at: int, weights: Array) -> Iterator[Term]:
        """Yield a farm's expansion; `weights` are [basis kernel, soil]."""
        views = [view.of_farm(at) for view in self.views]
        for (view, shape), own in zip(product(views, SHAPES), weights, strict=True):
            yield kernel_term(view, shape, own)


@dataclass(frozen=True, eq=False)
class SummedForecast:
    """The linear kernel of one number: what the library forecasts, over all views."""

    name: str
    views: tuple[StackedView, ...]

    @property
    def labels(self) -> list[tuple[str, KernelShape]]:
        """The family and shape of the one basis kernel."""
        return [(self.name, LINEAR)]

    def grams(self) -> list[Array]:
        """Return the products of all soils' forecasts."""
        forecast = self._forecasts()
        return [forecast[:, :, np.newaxis] * forecast[:, np.newaxis, :]]

    def terms(self, at: int, weights: Array) -> Iterator[Term]:
        """Yield a farm's slope on the forecast, shared out to the views."""
        forecast = self._forecasts()[at]
        length = self._lengths()[at, 0]
        slope = float(weights[0] @ forecast) / float(length)
        for view in self.views:
            yield LinearTerm(view.of_farm(at), np.full(1, slope))

    def _forecasts(self) -> Array:
        told: Array = sum(view.rows[..., 0] for view in self.views) / self._lengths()
        return told

    def _lengths(self) -> Array:
        """Return what a farm's forecasts are divided by, [farm, 1]."""
        told = np.sum([view.rows[..., 0] for view in self.views], axis=0)
        length = np.sqrt((told**2).mean(axis=-1, keepdims=True))
        return np.where(length > 0, length, 1.0)


Family = ViewedKernels | SummedForecast


@dataclass(frozen=True, eq=False)
class Basis:
    """All basis kernels of a stack.

    Attributes:
        families: Where they come from, in the order of `grams`.
        grams: [farm, basis kernel, soil, soil].
    """

    families: tuple[Family, ...]
    grams: Array

    @property
    def labels(self) -> list[tuple[str, KernelShape]]:
        """The family and shape of each basis kernel."""
        return [label for family in self.families for label in family.labels]

    def shares(self, parts: dict[tuple[str, KernelShape], float]) -> Array:
        """Return one setting: what each family and shape counts, over its views."""
        counts = {label: self.labels.count(label) for label in parts}
        return np.array(
            [parts.get(one, 0.0) / counts.get(one, 1) for one in self.labels]
        )

    def each(self, family: str, shapes: Sequence[KernelShape]) -> Array:
        """Return one setting for every kernel of a family, [setting, basis kernel]."""
        found = [
            at
            for at, (name, shape) in enumerate(self.labels)
            if name == family and shape in shapes
        ]
        return np.eye(len(self.labels))[found]

    def prior(self, settings: Array) -> Prior:
        """Return the prior of settings [setting, basis kernel], about a level."""
        mixed = np.tensordot(settings, self.grams, axes=(1, 1))
        return Prior(mixed.swapaxes(0, 1) + LEVEL_VARIANCE, nothing_expected())

    def terms(
        self, at: int, settings: Array, posterior: Posterior
    ) -> tuple[tuple[Term, ...], float]:
        """Return one farm's expansion and its level, on the scale of the fit."""
        mixed = posterior.shares[at][:, np.newaxis] * posterior.weights[at]
        return self.terms_of(at, settings.T @ mixed), LEVEL_VARIANCE * float(
            mixed.sum()
        )

    def terms_of(self, at: int, weights: Array) -> tuple[Term, ...]:
        """Return one farm's expansion with weights [basis kernel, soil]."""
        terms: list[Term] = []
        start = 0
        for family in self.families:
            stop = start + len(family.labels)
            terms.extend(family.terms(at, weights[start:stop]))
            start = stop
        return tuple(terms)


def basis_of(families: Sequence[Family]) -> Basis:
    """Compute the likenesses of all families."""
    grams = [gram for family in families for gram in family.grams()]
    return Basis(tuple(families), np.stack(grams, axis=1))
