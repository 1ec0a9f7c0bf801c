"""Gaussian processes on shared kernels, one for each length and linear share."""

from collections.abc import Iterator, Sequence
from itertools import product

from trainer.calibrations.member import Member
from trainer.calibrations.penalised_kernel import (
    LEVEL_VARIANCE,
    PENALTIES,
    decompose,
)
from trainer.calibrations.shared_kernel import SharedKernel
from trainer.calibrations.standard_values import StandardValues
from trainer.calibrations.target_soils import TargetSoils
from trainer.calibrations.treated_view import FittedView


def shared_kernels(
    views: Sequence[FittedView],
    linear_shares: Sequence[float],
    lengths: Sequence[float],
) -> Iterator[SharedKernel]:
    """Yield the kernel of every share and length."""
    for share, length in product(linear_shares, lengths):
        yield SharedKernel(tuple(views), share, length)


def fit_process(
    kernel: SharedKernel, soils: TargetSoils, target: StandardValues
) -> Member:
    """Return the process whose noise is least wrong on groups left out."""
    decomposed = decompose(kernel.known_gram())
    errors = decomposed.left_out_errors(target.values, soils.groups)
    penalty = float(PENALTIES[int((errors**2).mean(axis=1).argmin())])
    weights = decomposed.weights(target.values, penalty)
    level = LEVEL_VARIANCE * float(weights.sum())
    return target.member(kernel.terms(weights * target.spread), level)
