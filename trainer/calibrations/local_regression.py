"""Regression on each scan's own neighbours, in steps that a graph can hold.

Both local models need only how alike the neighbours are, and matrix products:

* a Gaussian process about the neighbours' mean, solved by conjugate gradients,
* partial least squares, whose `a` components are `a` steps of conjugate gradients on
  the normal equations (Phatak and de Hoog, Journal of Chemometrics 16, 2002).
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

SOLVER_STEPS = 96
NOTHING = 1e-18
"""A remainder this small, against the start, is rounding."""


@dataclass(frozen=True, eq=False)
class Neighbourhoods:
    """What is known of the neighbours of every scan.

    Attributes:
        gram: How alike the neighbours are to each other.
        likeness: How alike they are to the scan.
        values: Their values.
    """

    gram: Float[Tensor, "scan near near"]
    likeness: Float[Tensor, "scan near"]
    values: Float[Tensor, "scan near"]


def answer_by_process(near: Neighbourhoods, penalty: float) -> Float[Tensor, " scan"]:
    """Return the mean of a local Gaussian process with this noise variance.

    The penalty keeps every step finite, so that none needs to be guarded but from
    nothing over nothing; a graph of so many steps is long enough.
    """
    level = near.values.mean(dim=1, keepdim=True)
    rest = near.values - level
    weights, direction, power = torch.zeros_like(rest), rest, _power(rest)
    nothing = torch.finfo(rest.dtype).tiny
    for _ in range(SOLVER_STEPS):
        # A product of matrices would be six nodes of a graph, these are three.
        image = (near.gram * direction[:, None, :]).sum(dim=2) + penalty * direction
        stride = power / ((direction * image).sum(dim=1, keepdim=True) + nothing)
        weights = weights + stride * direction
        rest = rest - stride * image
        before, power = power, _power(rest)
        direction = rest + power / (before + nothing) * direction
    return level[:, 0] + (near.likeness * weights).sum(dim=1)


def answer_by_solving(near: Neighbourhoods, penalty: float) -> Float[Tensor, " scan"]:
    """Return the same exactly, by a factorisation that graphs do not have."""
    level = near.values.mean(dim=1, keepdim=True)
    noisy = near.gram + penalty * torch.eye(near.gram.shape[1], dtype=near.gram.dtype)
    factor = torch.linalg.cholesky(noisy)
    weights = torch.cholesky_solve((near.values - level)[:, :, None], factor)
    return level[:, 0] + (near.likeness * weights[:, :, 0]).sum(dim=1)


def answers_by_components(
    near: Neighbourhoods, components: int
) -> list[Float[Tensor, " scan"]]:
    """Return what local partial least squares of 1, 2, ... components answers."""
    level = near.values.mean(dim=1, keepdim=True)
    gram, likeness = _centred(near)
    rest = near.values - level
    weights, direction = torch.zeros_like(rest), rest
    power = (rest * _times(gram, rest)).sum(dim=1, keepdim=True)
    answers, enough = [], NOTHING * power
    for _ in range(components):
        image = _times(gram, direction)
        stride = _step(power, (image * image).sum(dim=1, keepdim=True), enough)
        weights = weights + stride * direction
        rest = rest - stride * image
        answers.append(level[:, 0] + (likeness * weights).sum(dim=1))
        before, power = power, (rest * _times(gram, rest)).sum(dim=1, keepdim=True)
        direction = rest + _step(power, before, enough) * direction
    return answers


def _centred(near: Neighbourhoods) -> tuple[Tensor, Tensor]:
    """Return likenesses about the neighbours' mean."""
    columns = near.gram.mean(dim=1)
    whole = columns.mean(dim=1, keepdim=True)
    gram = near.gram - columns[:, :, None] - columns[:, None, :] + whole[:, :, None]
    likeness = near.likeness - near.likeness.mean(dim=1, keepdim=True) - columns + whole
    return gram, likeness


def _power(vectors: Tensor) -> Tensor:
    return (vectors * vectors).sum(dim=1, keepdim=True)


def _times(gram: Tensor, vectors: Tensor) -> Tensor:
    return (gram @ vectors[:, :, None])[:, :, 0]


def _step(above: Tensor, below: Tensor, enough: Tensor) -> Tensor:
    """Return the ratio, or no step at all where nothing is left to explain."""
    safe = torch.where(below > 0, below, torch.ones_like(below))
    return torch.where(above > enough, above / safe, torch.zeros_like(above))
