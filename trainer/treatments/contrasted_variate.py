"""Standard normal variate that keeps what it divided by, as one more band.

A dead sensor's flat scan becomes zeros under the plain variate, which is not far from
any soil. How much a scan varies at all must be judged too.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.treatments.standard_normal_variate import (
    FLATTEST,
    StandardNormalVariate,
)


class ContrastedVariate(nn.Module):
    """The variate, followed by the decimal logarithm of the scan's deviation."""

    def __init__(self) -> None:
        super().__init__()
        self.variate = StandardNormalVariate()

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan more"]:
        """Return one band more than the scans had."""
        centred = spectrum - spectrum.mean(dim=1, keepdim=True)
        power = (centred * centred).mean(dim=1, keepdim=True)
        contrast = torch.log10(torch.clamp(torch.sqrt(power), min=FLATTEST))
        return torch.cat([self.variate(spectrum), contrast], dim=1)
