"""What tells soils of one kind from anything else: slopes, contrast, and level.

Slopes are the first derivative (Savitzky and Golay, Analytical Chemistry 36), each
scan's on its own mean and deviation: narrow features count, tilt and brightness do not.
A panel, a dead sensor or a failing lamp may still have a soil's slopes; so how much a
scan varies, and how dark it is, stand beside them.

The derivative is a sum of differences of shifted scans. It holds no weights, so that no
quantisation can make them coarse, and runs in any precision on every runtime.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.treatments.standard_normal_variate import (
    FLATTEST,
    StandardNormalVariate,
)

HALF_WINDOW = 5
"""Bands at either side; eleven in all, as the derivatives that models see."""

LIGHT_WEIGHT = 3.0
"""Contrast and level are two numbers beside hundreds of slopes, some of them noise."""


class SlopesAndLight(nn.Module):
    """The variate of slopes, the logarithm of the scan's deviation, and its mean."""

    def __init__(self) -> None:
        super().__init__()
        self.variate = StandardNormalVariate()

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan inner"]:
        """Return half a window fewer bands at either end, and two more numbers."""
        level = spectrum.mean(dim=1, keepdim=True)
        centred = spectrum - level
        power = (centred * centred).mean(dim=1, keepdim=True)
        contrast = torch.log10(torch.clamp(torch.sqrt(power), min=FLATTEST))
        light = LIGHT_WEIGHT * torch.cat([contrast, level], dim=1)
        return torch.cat([self.variate(slopes(spectrum)), light], dim=1)


def slopes(spectrum: Float[Tensor, "scan band"]) -> Float[Tensor, "scan inner"]:
    """Return the slope of the straight line through every window, a band."""
    inner = spectrum.shape[1] - 2 * HALF_WINDOW
    total = torch.zeros_like(spectrum[:, :inner])
    for step in range(1, HALF_WINDOW + 1):
        ahead = spectrum[:, HALF_WINDOW + step : HALF_WINDOW + step + inner]
        behind = spectrum[:, HALF_WINDOW - step : HALF_WINDOW - step + inner]
        total = total + step * (ahead - behind)
    squares = sum(step * step for step in range(1, HALF_WINDOW + 1))
    return total / (2 * squares)
