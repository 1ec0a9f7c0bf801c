"""Multiplicative scatter correction: every scan laid as a line over a reference.

Geladi, MacDougall and Martens, Applied Spectroscopy 39 (1985). Unlike the standard
normal variate it is fitted: the reference is the mean of known scans.
"""

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.errors import CalibrationError

FLATTEST_SLOPE = 1e-6
"""A scan without slope on the reference has nothing to be divided by."""


class ScatterCorrection(nn.Module):
    """Take away each scan's offset and slope on the reference."""

    reference: Tensor

    def __init__(self, known: NDArray[np.floating]) -> None:
        super().__init__()
        reference = known.astype(np.float64).mean(axis=0)
        if not (reference - reference.mean()).any():
            raise CalibrationError(
                "expected a mean scan that varies along its bands, found a flat one; "
                "correct scatter against other scans"
            )
        self.register_buffer("reference", torch.from_numpy(reference).float())

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan band"]:
        """Return scans of offset 0 and slope 1 on the reference."""
        level = self.reference.mean()
        line = self.reference - level
        centred = spectrum - spectrum.mean(dim=1, keepdim=True)
        slope = (centred @ line / (line @ line))[:, None]
        sign = torch.where(slope < 0, -1.0, 1.0)
        safe = torch.where(slope.abs() < FLATTEST_SLOPE, sign * FLATTEST_SLOPE, slope)
        return centred / safe + level
