"""Resampling as one matrix, for models that start from an instrument's own bands.

It is the same rule as `protocols.wavelength_grid`, which is linear in the scan, and is
made from it so that the two cannot drift apart.
"""

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from protocols.wavelength_grid import WavelengthGrid, resample_rows


class Resampling(nn.Module):
    """Bring scans of one ascending axis, in the grid's unit, onto the grid."""

    matrix: Tensor

    def __init__(self, axis: NDArray[np.float64], grid: WavelengthGrid) -> None:
        super().__init__()
        single_bands = np.eye(axis.size, dtype=np.float32)
        matrix = resample_rows(axis, single_bands, grid)
        self.register_buffer("matrix", torch.from_numpy(matrix))

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan grid"]:
        """Return the scans on the grid."""
        return spectrum @ self.matrix
