"""One view under one kind of kernel, with the length and penalty that serve it best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.kernel_shape import KernelKind, KernelShape
from trainer.calibrations.member import Member, kernel_term
from trainer.calibrations.penalised_kernel import (
    LEVEL_VARIANCE,
    PENALTIES,
    DecomposedKernel,
    decompose,
)
from trainer.calibrations.standard_values import StandardValues
from trainer.calibrations.treated_view import FittedView

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Criterion = Literal["left-out error", "evidence"]

LENGTHS = (1.0, 2.0, 4.0)


@dataclass(frozen=True, eq=False)
class KernelCandidate:
    """A fitted kernel regression, and how wrong it is on groups left out.

    Attributes:
        view: How it looks at scans.
        shape: Its kernel.
        weights: One weight a known soil, on standardised values.
        error: Mean square error on groups left out, in variances of the target.
        penalty: Noise variance against the kernel's.
    """

    view: FittedView
    shape: KernelShape
    weights: Array
    error: float
    penalty: float

    def member(self, target: StandardValues) -> Member:
        """Return the candidate in the target's own units."""
        term = kernel_term(self.view, self.shape, self.weights * target.spread)
        return target.member((term,), LEVEL_VARIANCE * float(self.weights.sum()))


@dataclass(frozen=True, eq=False)
class DecomposedView:
    """A view's kernel of one shape, ready for any target."""

    view: FittedView
    shape: KernelShape
    kernel: DecomposedKernel

    def fit(
        self, target: StandardValues, groups: Sequence[Rows], criterion: Criterion
    ) -> tuple[float, KernelCandidate]:
        """Return the best penalty's fit, and its loss by `criterion`."""
        errors = (self.kernel.left_out_errors(target.values, groups) ** 2).mean(axis=1)
        is_evidence = criterion == "evidence"
        losses = -self.kernel.evidence(target.values) if is_evidence else errors
        best = int(np.argmin(losses))
        penalty = float(PENALTIES[best])
        weights = self.kernel.weights(target.values, penalty)
        found = KernelCandidate(
            self.view, self.shape, weights, float(errors[best]), penalty
        )
        return float(losses[best]), found


def decompose_views(
    views: Iterable[FittedView], kind: KernelKind, lengths: Sequence[float] = LENGTHS
) -> list[list[DecomposedView]]:
    """Return every view's kernel at every length; one eigendecomposition each."""
    used = (1.0,) if kind == "linear" else tuple(lengths)
    return [
        [_decomposed(view, KernelShape(kind, length)) for length in used]
        for view in views
    ]


def best_candidates(
    kernels: Iterable[Sequence[DecomposedView]],
    target: StandardValues,
    groups: Sequence[Rows],
    criterion: Criterion = "left-out error",
) -> list[KernelCandidate]:
    """Return each view's best candidate, the least wrong first."""
    found = [
        min((one.fit(target, groups, criterion) for one in same), key=itemgetter(0))
        for same in kernels
    ]
    return sorted((candidate for _, candidate in found), key=lambda one: one.error)


def _decomposed(view: FittedView, shape: KernelShape) -> DecomposedView:
    gram = shape.gram(view.support, view.support)
    return DecomposedView(view, shape, decompose(gram))
