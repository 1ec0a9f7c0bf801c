"""Attention over time: tokens of what was seen, on the real day it was seen.

After Garnot and Landrieu (2020) and Russwurm and Koerner (2020), kept small: a token is
a linear map of the scaled values with their mask, plus the encoding of the day. Steps
without anything seen are hidden from all others.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.crops.networks.attention_pooling import HIDDEN, seen_steps
from trainer.crops.networks.day_encoding import DayEncoding
from trainer.crops.networks.step_encoder import StepEncoder

WIDER = 2
"""How many times wider the layer inside a block is."""


class AttentionBlock(nn.Module):
    """Look at the other steps, then think; normalised before each."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.before_looking, self.before_thinking = (
            nn.LayerNorm(width),
            nn.LayerNorm(width),
        )
        self.asked = nn.Linear(width, 3 * width)
        self.joined = nn.Linear(width, width)
        self.thinking = nn.Sequential(
            nn.Linear(width, WIDER * width),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(WIDER * width, width),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(
        self,
        states: Float[Tensor, "place step state"],
        seen: Float[Tensor, "place step"],
    ) -> Float[Tensor, "place step state"]:
        """Return the states after one round."""
        looked: Tensor = self.dropout(self._look(self.before_looking(states), seen))
        states = states + looked
        thought: Tensor = self.thinking(self.before_thinking(states))
        answer: Tensor = states + self.dropout(thought)
        return answer

    def _look(self, states: Tensor, seen: Tensor) -> Tensor:
        query, key, value = (self._by_head(one) for one in self._asked(states))
        scores = torch.matmul(query, key.transpose(2, 3)) / math.sqrt(self.size)
        scores = scores + ((1 - seen) * HIDDEN).unsqueeze(1).unsqueeze(2)
        found = torch.matmul(torch.softmax(scores, dim=3), value)
        answer: Tensor = self.joined(found.transpose(1, 2).flatten(2))
        return answer

    def _asked(self, states: Tensor) -> tuple[Tensor, ...]:
        return torch.chunk(self.asked(states), 3, dim=2)

    def _by_head(self, states: Tensor) -> Tensor:
        places, steps = states.shape[0], states.shape[1]
        return states.reshape(places, steps, self.heads, self.size).transpose(1, 2)


class TemporalAttention(StepEncoder):
    """Turn series into one state a step."""

    def __init__(
        self, channels: int, width: int, heads: int, blocks: int, dropout: float
    ) -> None:
        super().__init__()
        self.days = DayEncoding(width // 4)
        self.tokens = nn.Linear(2 * channels, width)
        self.times = nn.Linear(self.days.features, width)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(
            AttentionBlock(width, heads, dropout) for _ in range(blocks)
        )
        self.last = nn.LayerNorm(width)
        self.width = width

    def forward(
        self,
        values: Float[Tensor, "place step channel"],
        days: Float[Tensor, "place step"],
        mask: Float[Tensor, "place step channel"],
    ) -> Float[Tensor, "place step state"]:
        """Return the states."""
        seen = seen_steps(mask)
        tokens = self.tokens(torch.cat([values, mask], dim=2))
        states = self.dropout(tokens + self.times(self.days(days)))
        for block in self.blocks:
            states = block(states, seen)
        told: Tensor = self.last(states)
        return told
