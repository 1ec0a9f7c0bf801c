"""Standard normal variate: every scan on its own mean and deviation.

Barnes, Dhanoa and Lister, Applied Spectroscopy 43 (1989). It removes what particle size
and distance to the probe add to a scan and multiply it by.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

FLATTEST = 1e-6
"""A dead sensor's scan has no deviation to divide by; it becomes zeros."""


class StandardNormalVariate(nn.Module):
    """Centre and scale each scan by itself."""

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan band"]:
        """Return scans of mean 0 and sample deviation 1."""
        centred = spectrum - spectrum.mean(dim=1, keepdim=True)
        freedom = spectrum.shape[1] - 1
        power = (centred * centred).sum(dim=1, keepdim=True) / freedom
        return centred / torch.clamp(torch.sqrt(power), min=FLATTEST)
