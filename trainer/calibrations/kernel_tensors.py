"""Kernels between rows as torch steps; leading axes are stacks of views."""

from math import sqrt

import torch
from torch import Tensor

from trainer.calibrations.kernel_shape import KernelShape

LEAST_SQUARE = 1e-12
"""Keeps the root of a distance of nothing away from rounding below it."""


def squares_between(rows: Tensor, support: Tensor) -> Tensor:
    """Return the squared distance of every row and every supporting one."""
    powers = (rows * rows).sum(dim=-1, keepdim=True)
    powers = powers + (support * support).sum(dim=-1)[..., None, :]
    products = rows @ support.transpose(-1, -2)
    return torch.clamp(powers - 2 * products, min=LEAST_SQUARE)


def likeness_of(shape: KernelShape, squares: Tensor) -> Tensor:
    """Return a curved kernel at these squared distances."""
    ratios = squares / shape.length**2
    if shape.kind == "gaussian":
        return torch.exp(-ratios / 2)
    far = torch.sqrt(ratios) * sqrt(3.0)
    return (1 + far) * torch.exp(-far)
