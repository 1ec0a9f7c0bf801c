"""Kernels between rows as torch steps; leading axes are stacks of views."""

import torch
from torch import Tensor

from trainer.calibrations.kernel_shape import KernelShape

STACKED = 3
LEAST_SQUARE = 1e-12
"""Keeps the root of a distance of nothing away from rounding below it."""


def squares_between(rows: Tensor, support: Tensor) -> Tensor:
    """Return the squared distance of every row and every supporting one."""
    powers = (rows * rows).sum(dim=-1, keepdim=True)
    across = support.transpose(-1, -2)
    own = (across * across).sum(dim=-2, keepdim=True)
    # Of stacks, this product is one step of a graph; the general one is six.
    products = torch.bmm(rows, across) if rows.dim() == STACKED else rows @ across
    return torch.clamp(powers + own - 2 * products, min=LEAST_SQUARE)


def likeness_of(shape: KernelShape, squares: Tensor) -> Tensor:
    """Return a curved kernel at these squared distances."""
    if shape.kind == "gaussian":
        return torch.exp(squares * (-0.5 / shape.length**2))
    far = torch.sqrt(squares * (3.0 / shape.length**2))
    return (1 + far) * torch.exp(-far)
