"""The day on which something was seen, as waves of several lengths.

Days are real ones, counted from 1 January of the harvest: two observations in one
bucket that lie four days apart are told apart, and a gap is as long as it was.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

LONGEST_DAYS, SHORTEST_DAYS = 730.0, 20.0


class DayEncoding(nn.Module):
    """Sines and cosines of the day."""

    rates: Tensor

    def __init__(self, waves: int) -> None:
        super().__init__()
        lengths = torch.logspace(
            math.log10(LONGEST_DAYS), math.log10(SHORTEST_DAYS), waves
        )
        self.register_buffer("rates", 2 * math.pi / lengths)
        self.features = 2 * waves

    def forward(
        self, days: Float[Tensor, "place step"]
    ) -> Float[Tensor, "place step feature"]:
        """Return the waves at each day."""
        angles = days.unsqueeze(2) * self.rates
        return torch.cat([torch.sin(angles), torch.cos(angles)], dim=2)
