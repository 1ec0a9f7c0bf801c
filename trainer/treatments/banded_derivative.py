"""Savitzky-Golay as one matrix product, for graphs in double precision.

Runtimes have no convolution in double precision.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.treatments.savitzky_golay import SavitzkyGolay


class BandedDerivative(nn.Module):
    """What a Savitzky-Golay convolution does, as one matrix product."""

    matrix: Tensor

    def __init__(self, window: SavitzkyGolay, bands: int) -> None:
        super().__init__()
        weights = window.kernel.flatten().double().numpy()
        inner = bands - len(weights) + 1
        matrix = np.zeros((bands, inner))
        for at in range(inner):
            matrix[at : at + len(weights), at] = weights
        self.register_buffer("matrix", torch.from_numpy(matrix))

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan inner"]:
        """Return the scans without half a window at either end."""
        return spectrum @ self.matrix
