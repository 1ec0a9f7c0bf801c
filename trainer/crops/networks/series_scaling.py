"""Channels in units of their own deviations; zero where nothing was seen.

Zero is then the mean of a channel, and the mask beside it says whether that was seen.
"""

from collections.abc import Iterable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.crops.networks.spectral_indices import SpectralIndices

FLATTEST = 1e-6
"""A channel that does not vary is centred and nothing else."""


class SeriesScaling(nn.Module):
    """Centre and scale every channel where it was seen."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("deviation", torch.ones(channels))

    def forward(
        self,
        series: Float[Tensor, "place step channel"],
        mask: Float[Tensor, "place step channel"],
    ) -> Float[Tensor, "place step channel"]:
        """Return scaled series."""
        return (series - self.mean) / self.deviation * mask

    def learn(
        self,
        indices: SpectralIndices,
        blocks: Iterable[tuple[Tensor, Tensor]],
    ) -> None:
        """Take means and deviations of series that come in blocks, with their masks."""
        counts = torch.zeros(len(self.mean), dtype=torch.float64)
        sums, squares = torch.zeros_like(counts), torch.zeros_like(counts)
        for series, mask in blocks:
            values, seen = (one.double() for one in indices(series, mask))
            counts += seen.sum(dim=(0, 1))
            sums += (values * seen).sum(dim=(0, 1))
            squares += (values**2 * seen).sum(dim=(0, 1))
        counts = counts.clamp(min=1)
        mean = sums / counts
        spread = (squares / counts - mean**2).clamp(min=0).sqrt()
        self.mean.copy_(mean)
        self.deviation.copy_(torch.where(spread > FLATTEST, spread, 1.0))
