"""Mean scaling: each scan divided by its own mean, which takes brightness away."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

DARKEST_MEAN = 1e-6
"""A dead scan has no brightness to divide by."""


class MeanScaling(nn.Module):
    """Divide each scan by the mean of its bands."""

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan band"]:
        """Return scans of mean one."""
        means = spectrum.mean(dim=1, keepdim=True)
        return spectrum / torch.clamp(means, min=DARKEST_MEAN)
