"""Normalised differences of bands, computed inside the graph where both were seen.

A device then needs to know nothing of them. An index of bands that were not both seen
is missing too: nothing is divided by zero, and no false zero is learned from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

DARKEST = 0.02
"""The least sum of two reflectances that is divided by: water and shadow are darker."""


@dataclass(frozen=True)
class SpectralIndex:
    """(first - second) / (first + second), or the plain difference.

    Attributes:
        first, second: Names of channels.
        is_ratio: Whether to divide; not in dB, where a difference is a ratio already.
    """

    first: str
    second: str
    is_ratio: bool = True


INDICES = (
    SpectralIndex("S2-B08", "S2-B04"),  # vegetation: NDVI
    SpectralIndex("S2-B08", "S2-B11"),  # water in leaves: NDMI
    SpectralIndex("S2-B08", "S2-B03"),  # open water, chlorophyll: green NDVI
    SpectralIndex("S2-B08", "S2-B05"),  # red edge
    SpectralIndex("S2-B06", "S2-B05"),  # slope of the red edge
    SpectralIndex("S2-B11", "S2-B12"),  # tillage, dry residues
    SpectralIndex("S1-VH", "S1-VV", is_ratio=False),  # volume against surface
)


class SpectralIndices(nn.Module):
    """Append the indices of the channels that there are."""

    first: Tensor
    second: Tensor
    divides: Tensor

    def __init__(self, channels: Sequence[str], *, taken: bool = True) -> None:
        super().__init__()
        known = set(channels) if taken else set()
        kept = [one for one in INDICES if {one.first, one.second} <= known]
        at = {name: position for position, name in enumerate(channels)}
        self.names = (*channels, *(f"{one.first}:{one.second}" for one in kept))
        self.channels = len(self.names)
        self.register_buffer("first", _positions(at[one.first] for one in kept))
        self.register_buffer("second", _positions(at[one.second] for one in kept))
        ratios = torch.tensor([float(one.is_ratio) for one in kept])
        self.register_buffer("divides", ratios)

    def forward(
        self,
        series: Float[Tensor, "place step channel"],
        mask: Float[Tensor, "place step channel"],
    ) -> tuple[Tensor, Tensor]:
        """Return series and mask with the indices behind the channels."""
        if len(self.first) == 0:
            return series, mask
        one, other = series[..., self.first], series[..., self.second]
        seen = mask[..., self.first] * mask[..., self.second]
        below = torch.clamp(one + other, min=DARKEST)
        divisor = self.divides * below + (1 - self.divides)
        index = (one - other) / divisor * seen
        return torch.cat([series, index], dim=2), torch.cat([mask, seen], dim=2)


def _positions(found: Iterable[int]) -> Int[Tensor, " index"]:
    return torch.tensor(list(found), dtype=torch.int64)
