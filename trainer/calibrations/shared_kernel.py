"""One kernel over many views at once: part linear, the rest Matern.

Views need not be chosen: what most of them agree on is alike. The linear part
extrapolates, the Matern part does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.kernel_shape import KernelShape
from trainer.calibrations.member import Term, kernel_term
from trainer.calibrations.treated_view import FittedView, Scans, View, fit_view

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SharedKernel:
    """The mean over views of `share` linear and the rest Matern of `length`."""

    views: tuple[FittedView, ...]
    linear_share: float
    length: float

    @property
    def parts(self) -> tuple[tuple[KernelShape, float], ...]:
        """The shapes in it and what each counts, over all views together."""
        linear, matern = KernelShape("linear"), KernelShape("matern", self.length)
        both = ((linear, self.linear_share), (matern, 1 - self.linear_share))
        return tuple(part for part in both if part[1])

    def known_gram(self) -> Array:
        """Return the likeness of the known soils."""
        return self._mean((view.support, view.support) for view in self.views)

    def gram(self, scans: Scans) -> Array:
        """Return the likeness of scans and known soils."""
        return self._mean((view.rows(scans), view.support) for view in self.views)

    def terms(self, weights: Array) -> tuple[Term, ...]:
        """Return the expansion with one weight a known soil."""
        return tuple(
            kernel_term(view, shape, weights * share / len(self.views))
            for view in self.views
            for shape, share in self.parts
        )

    def _mean(self, pairs: Iterable[tuple[Array, Array]]) -> Array:
        total = sum(
            share * shape.gram(left, right)
            for left, right in pairs
            for shape, share in self.parts
        )
        mean: Array = np.asarray(total) / len(self.views)
        return mean


def fit_views(treatments: Iterable[str], scans: Scans) -> tuple[FittedView, ...]:
    """Return every treatment of the known soils, centred and autoscaled."""
    return tuple(
        fit_view(View(treatment, is_autoscaled), scans)
        for treatment in treatments
        for is_autoscaled in (False, True)
    )
