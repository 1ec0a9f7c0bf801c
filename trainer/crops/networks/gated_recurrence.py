"""A recurrent net that knows how long it has seen nothing.

It runs through the season forwards and backwards. A step where nothing was seen leaves
the state as it is; the next one that was seen is told how many days have passed since.
After Cho et al. (2014) and, for the lengths of gaps, Che et al. (2018). It is written
in plain operations over a fixed number of steps, so that any runtime can compute it,
and both ways are computed together.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.crops.networks.attention_pooling import seen_steps
from trainer.crops.networks.day_encoding import DayEncoding
from trainer.crops.networks.step_encoder import StepEncoder

LONGEST_GAP_DAYS = 60.0
"""A longer gap counts as one of this length; so does the time before the first."""
WAVES = 4
FAR = 1e5
"""Days further away than any season."""


class GatedRecurrence(StepEncoder):
    """Turn series into one state a step, of both ways through the season."""

    def __init__(self, channels: int, width: int, dropout: float) -> None:
        super().__init__()
        self.days = DayEncoding(WAVES)
        features = 2 * channels + self.days.features
        self.tokens = nn.Sequential(
            nn.Linear(features, width), nn.GELU(), nn.Dropout(dropout)
        )
        self.there = nn.Linear(width + 1, 3 * width)
        self.back = nn.Linear(width + 1, 3 * width)
        edge = 1 / math.sqrt(width)
        self.outer = nn.Parameter(
            torch.empty(2, width, 3 * width).uniform_(-edge, edge)
        )
        self.rest = nn.Parameter(torch.empty(2, 1, width).uniform_(-edge, edge))
        self.dropout = nn.Dropout(dropout)
        self.size, self.width = width, 2 * width

    def forward(
        self,
        values: Float[Tensor, "place step channel"],
        days: Float[Tensor, "place step"],
        mask: Float[Tensor, "place step channel"],
    ) -> Float[Tensor, "place step state"]:
        """Return the states."""
        seen = seen_steps(mask)
        tokens = self.tokens(torch.cat([values, mask, self.days(days)], dim=2))
        before, after = gaps_before(days, seen), gaps_after(days, seen)
        there = self.there(torch.cat([tokens, before.unsqueeze(2)], dim=2))
        back = self.back(torch.cat([tokens, after.unsqueeze(2)], dim=2))
        answer: Tensor = self.dropout(self._run(there, back, seen))
        return answer

    def _run(self, there: Tensor, back: Tensor, seen: Tensor) -> Tensor:
        """Go both ways at once; return the two states of each step side by side."""
        told = torch.stack([there, back.flip(1)])
        is_seen = torch.stack([seen, seen.flip(1)]).unsqueeze(3)
        state = torch.zeros_like(told[:, :, 0, : self.size])
        states = []
        for step, now in zip(told.unbind(2), is_seen.unbind(2), strict=True):
            state = state + now * (self._next(step, state) - state)
            states.append(state)
        one, other = torch.stack(states, dim=2).unbind(0)
        return torch.cat([one, other.flip(1)], dim=2)

    def _next(self, told: Tensor, state: Tensor) -> Tensor:
        """Return the state of a gated recurrent unit after one observation."""
        found = torch.matmul(state, self.outer)
        two = 2 * self.size
        gates = torch.sigmoid(told[..., :two] + found[..., :two])
        kept, reset = gates[..., : self.size], gates[..., self.size :]
        fresh = torch.tanh(told[..., two:] + reset * (found[..., two:] + self.rest))
        return fresh + kept * (state - fresh)


def gaps_before(
    days: Float[Tensor, "place step"], seen: Float[Tensor, "place step"]
) -> Float[Tensor, "place step"]:
    """Return how long before each step something was seen; 1 is the longest gap."""
    earlier = torch.ones(days.shape[1], days.shape[1], device=days.device).tril(-1)
    return _nearest(days, seen, earlier)


def gaps_after(
    days: Float[Tensor, "place step"], seen: Float[Tensor, "place step"]
) -> Float[Tensor, "place step"]:
    """Return how long after each step something was seen again."""
    later = torch.ones(days.shape[1], days.shape[1], device=days.device).triu(1)
    return _nearest(days, seen, later)


def _nearest(
    days: Tensor, seen: Tensor, allowed: Float[Tensor, "step other"]
) -> Float[Tensor, "place step"]:
    counts = seen.unsqueeze(1) * allowed
    apart = (days.unsqueeze(2) - days.unsqueeze(1)).abs() + (1 - counts) * FAR
    return torch.clamp(apart.amin(dim=2) / LONGEST_GAP_DAYS, max=1.0)
