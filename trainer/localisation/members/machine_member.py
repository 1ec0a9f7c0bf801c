"""Support vector regression on one kernel of the basis, at set penalty and tube.

On labels this few, choosing penalty and tube costs as much as it gains. Each farm is
solved by itself: the solver knows no stacks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.member import Member
from trainer.localisation.members.basis import Basis
from trainer.localisation.members.farm_stack import Rows
from trainer.localisation.members.member_fit import Expansion
from trainer.localisation.members.value_scale import (
    ValueScale,
    believable_ranges,
    scale_of_values,
)

Array = NDArray[np.float64]

TUBE = 0.1
"""Errors below this, in deviations of the labels, cost nothing."""


@dataclass(frozen=True, eq=False)
class MachineMember:
    """A kernel, the penalty of errors, and whether logarithms are fitted."""

    name: str
    basis: Basis
    shares: Array
    values: Array
    penalty: float
    is_logarithmic: bool = False

    def fit(self, kept: Rows) -> "MachineFit":
        """Fit on the labelled soils `kept` of every farm."""
        values = self.values[:, kept]
        scale = scale_of_values(values, is_logarithmic=self.is_logarithmic)
        gram = np.tensordot(self.basis.grams, self.shares, axes=(1, 0))
        known = gram[:, kept[:, np.newaxis], kept]
        fits = [
            _solve(one, told, self.penalty)
            for one, told in zip(known, scale.to_standard(values), strict=True)
        ]
        weights, intercepts = zip(*fits, strict=True)
        return MachineFit(
            self, kept, gram, scale, np.stack(weights), np.array(intercepts)
        )


@dataclass(frozen=True, eq=False)
class MachineFit:
    """The member's weights [farm, soil] on the rows `kept`, and intercepts [farm]."""

    of: MachineMember
    kept: Rows
    gram: Array
    scale: ValueScale
    weights: Array
    intercepts: Array

    def answer(self, out: Rows) -> Array:
        """Return what soils that were left out are told to be, [farm, soil]."""
        across = self.gram[:, out[:, np.newaxis], self.kept]
        told = (across @ self.weights[..., np.newaxis])[..., 0]
        _, most = believable_ranges(self.of.values[:, self.kept])
        return self.scale.to_values(told + self.intercepts[:, np.newaxis], most)

    def members(self, at: int) -> tuple[Member, ...]:
        """Return one farm's member, in the target's own unit; all rows were kept."""
        weights = self.of.shares[:, np.newaxis] * self.weights[at]
        terms = self.of.basis.terms_of(at, weights)
        return (Expansion(terms, float(self.intercepts[at])).member(self.scale, at),)


def _solve(gram: Array, standard: Array, penalty: float) -> tuple[Array, float]:
    from sklearn.svm import SVR  # noqa: PLC0415 - a second, and most commands fit none

    machine = SVR(kernel="precomputed", C=penalty, epsilon=TUBE, cache_size=20)
    fitted = machine.fit(gram, standard)
    weights = np.zeros(len(standard))
    weights[fitted.support_] = fitted.dual_coef_[0]
    return weights, float(fitted.intercept_[0])
