"""Reflectance to apparent absorbance."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

DARKEST = 1e-3
"""Reflectance below this is the instrument's noise; its logarithm would explode."""


class Absorbance(nn.Module):
    """log10(1 / R), with reflectance held above a floor."""

    def __init__(self, floor: float = DARKEST) -> None:
        super().__init__()
        self.floor = floor

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan band"]:
        """Return the absorbance of every scan."""
        return -torch.log10(torch.clamp(spectrum, min=self.floor))
