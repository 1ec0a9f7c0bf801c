"""Several heads that each look at the steps they find telling, never at unseen ones."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

HIDDEN = -1e4
"""Added to what must not be looked at; half precision can still hold it."""


class AttentionPooling(nn.Module):
    """Weigh states over time, one weighting a head, and set the heads side by side."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.scores = nn.Linear(width, heads)
        self.features = width * heads

    def forward(
        self,
        states: Float[Tensor, "place step state"],
        seen: Float[Tensor, "place step"],
    ) -> Float[Tensor, "place feature"]:
        """Return what all heads looked at; of a series without anything, all steps."""
        scores = self.scores(states) + ((1 - seen) * HIDDEN).unsqueeze(2)
        weights = torch.softmax(scores, dim=1)
        return torch.matmul(weights.transpose(1, 2), states).flatten(1)


def seen_steps(
    mask: Float[Tensor, "place step channel"],
) -> Float[Tensor, "place step"]:
    """Return 1 for steps where any channel was seen."""
    return mask.amax(dim=2)
