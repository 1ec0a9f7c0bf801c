"""Everything that members of a model see through one view, added up once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.kernel_shape import KernelShape
from trainer.calibrations.member import KernelTerm, LinearTerm, Member
from trainer.calibrations.treated_view import FittedView, Scans

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ViewedSums:
    """All terms of one view: one column a member.

    Attributes:
        view: The view.
        coefficients: [feature, member].
        weights: [soil, member] by shape.
    """

    view: FittedView
    coefficients: Array
    weights: dict[KernelShape, Array]

    def answer(self, scans: Scans) -> Array:
        """Return each member's share of every scan, [scan, member]."""
        rows = self.view.rows(scans)
        total: Array = rows @ self.coefficients
        for shape, weights in self.weights.items():
            total = total + shape.gram(rows, self.view.support) @ weights
        return total


def sums_by_view(members: Sequence[Member]) -> list[ViewedSums]:
    """Return the sums of every view that members look through."""
    terms = [term for member in members for term in member.terms]
    views = {id(term.view): term.view for term in terms}
    return [_viewed_sums(view, members) for view in views.values()]


def _viewed_sums(view: FittedView, members: Sequence[Member]) -> ViewedSums:
    linear = np.zeros((view.support.shape[1], len(members)))
    shaped: dict[KernelShape, Array] = {}
    for column, member in enumerate(members):
        for term in member.terms:
            if term.view is not view:
                continue
            if isinstance(term, LinearTerm):
                linear[:, column] += term.coefficients
            else:
                _add(shaped, term, (column, len(members)))
    return ViewedSums(view, linear, shaped)


def _add(
    shaped: dict[KernelShape, Array], term: KernelTerm, place: tuple[int, int]
) -> None:
    column, columns = place
    empty = np.zeros((len(term.weights), columns))
    shaped.setdefault(term.shape, empty)[:, column] += term.weights
