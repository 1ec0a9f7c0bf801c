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

SOLVER_STEPS = 64
NOTHING = 1e-30


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
    """Return the mean of a local Gaussian process with this noise variance."""
    level = near.values.mean(dim=1, keepdim=True)
    rest = near.values - level
    weights, direction = torch.zeros_like(rest), rest
    power = (rest * rest).sum(dim=1, keepdim=True)
    for _ in range(SOLVER_STEPS):
        image = _times(near.gram, direction) + penalty * direction
        stride = _ratio(power, (direction * image).sum(dim=1, keepdim=True))
        weights = weights + stride * direction
        rest = rest - stride * image
        before, power = power, (rest * rest).sum(dim=1, keepdim=True)
        direction = rest + _ratio(power, before) * direction
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
    answers = []
    for _ in range(components):
        image = _times(gram, direction)
        stride = _ratio(power, (image * image).sum(dim=1, keepdim=True))
        weights = weights + stride * direction
        rest = rest - stride * image
        answers.append(level[:, 0] + (likeness * weights).sum(dim=1))
        before, power = power, (rest * _times(gram, rest)).sum(dim=1, keepdim=True)
        direction = rest + _ratio(power, before) * direction
    return answers


def _centred(near: Neighbourhoods) -> tuple[Tensor, Tensor]:
    """Return likenesses about the neighbours' mean."""
    columns = near.gram.mean(dim=1)
    whole = columns.mean(dim=1, keepdim=True)
    gram = near.gram - columns[:, :, None] - columns[:, None, :] + whole[:, :, None]
    likeness = near.likeness - near.likeness.mean(dim=1, keepdim=True) - columns + whole
    return gram, likeness


def _times(gram: Tensor, vectors: Tensor) -> Tensor:
    return (gram @ vectors[:, :, None])[:, :, 0]


def _ratio(above: Tensor, below: Tensor) -> Tensor:
    """Return no step at all where there is nothing left to explain."""
    return torch.where(below > NOTHING, above / torch.clamp(below, min=NOTHING), 0.0)
