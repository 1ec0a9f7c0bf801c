"""What a fit comes down to: sums of linear maps and kernel expansions over views."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.kernel_shape import KernelShape
from trainer.calibrations.treated_view import FittedView

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearTerm:
    """`rows @ coefficients`."""

    view: FittedView
    coefficients: Array


@dataclass(frozen=True, eq=False)
class KernelTerm:
    """`kernel(rows, known soils) @ weights`."""

    view: FittedView
    shape: KernelShape
    weights: Array


Term = LinearTerm | KernelTerm


@dataclass(frozen=True, eq=False)
class Member:
    """One model of one target; many of them may be averaged.

    Attributes:
        terms: What is added up.
        intercept: What they are added to.
        is_logarithmic: Whether the sum is the logarithm of the answer.
    """

    terms: tuple[Term, ...]
    intercept: float
    is_logarithmic: bool = False


def kernel_term(view: FittedView, shape: KernelShape, weights: Array) -> Term:
    """Return the expansion, folded into coefficients where the kernel is linear."""
    if shape.kind == "linear":
        return LinearTerm(view, view.support.T @ weights)
    return KernelTerm(view, shape, weights)


def mean_member(members: Sequence[Member]) -> Member:
    """Return the mean of members on one scale as a single member."""
    share = 1 / len(members)
    terms = (_times(term, share) for one in members for term in one.terms)
    intercept = float(np.mean([one.intercept for one in members]))
    return Member(tuple(terms), intercept, members[0].is_logarithmic)


def _times(term: Term, factor: float) -> Term:
    if isinstance(term, LinearTerm):
        return LinearTerm(term.view, term.coefficients * factor)
    return KernelTerm(term.view, term.shape, term.weights * factor)
