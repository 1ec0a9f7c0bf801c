"""A crop model: a network and its certainty, as one graph.

In go series [place, step, channel] in the channels' units, the days [place, step] on
which they were seen, and a mask of what was; out come each class's probability, its
interval, and novelty.
"""

from jaxtyping import Float
from torch import Tensor, nn

from trainer.crops.certainty.certainty import Certainty, Told


class CropModel(nn.Module):
    """Ask the network, then its certainty."""

    def __init__(self, network: nn.Module, certainty: Certainty) -> None:
        super().__init__()
        self.network = network
        self.certainty = certainty

    def forward(
        self,
        series: Float[Tensor, "place step channel"],
        days: Float[Tensor, "place step"],
        mask: Float[Tensor, "place step channel"],
    ) -> Told:
        """Return value, low and high [place, class], and novelty [place]."""
        logits, embedding = self.network(series, days, mask)
        told: Told = self.certainty(logits, embedding)
        return told
