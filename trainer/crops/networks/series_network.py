"""A whole network: indices and scaling, what looks at time, and an answer.

Series, days and mask go in, in the channels' units; logits and an embedding come out.
All of them take the same three, whether they use the days and the mask or not.
"""

from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from trainer.crops.networks.attention_pooling import AttentionPooling, seen_steps
from trainer.crops.networks.series_scaling import SeriesScaling
from trainer.crops.networks.spectral_indices import SpectralIndices
from trainer.crops.networks.step_encoder import StepEncoder
from trainer.errors import CalibrationError

Answer = tuple[Tensor, Tensor]
"""Logits of the classes, and the embedding that they were told from."""


class PooledCore(nn.Module):
    """An encoder of steps, attention over what it says, a dense layer, logits."""

    def __init__(
        self, encoder: StepEncoder, heads: int, dense: int, classes: int, dropout: float
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.encoded = encoder.width
        self.pooling = AttentionPooling(self.encoded, heads)
        self.dense = nn.Sequential(nn.Linear(self.pooling.features, dense), nn.GELU())
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(dense, classes)
        self.embedded = dense

    def forward(self, values: Tensor, days: Tensor, mask: Tensor) -> Answer:
        """Return logits and embedding."""
        states = self.encoder(values, days, mask)
        embedding = self.dense(self.pooling(states, seen_steps(mask)))
        return self.output(self.dropout(embedding)), embedding


class SeriesNetwork(nn.Module):
    """Indices and scaling before a core that tells classes."""

    def __init__(self, indices: SpectralIndices, core: nn.Module) -> None:
        super().__init__()
        self.indices = indices
        self.scaling = SeriesScaling(indices.channels)
        self.core = core

    @property
    def embedded(self) -> int:
        """How many numbers the embedding has."""
        width = self.core.embedded
        if not isinstance(width, int):
            raise CalibrationError(
                f"expected a core that says how wide its embedding is, found {width!r}"
            )
        return width

    def prepared(
        self,
        series: Float[Tensor, "place step channel"],
        mask: Float[Tensor, "place step channel"],
    ) -> tuple[Tensor, Tensor]:
        """Return what the core sees: scaled channels and indices, and their mask."""
        values, seen = self.indices(series, mask)
        return self.scaling(values, seen), seen

    def forward(
        self,
        series: Float[Tensor, "place step channel"],
        days: Float[Tensor, "place step"],
        mask: Float[Tensor, "place step channel"],
    ) -> Answer:
        """Return logits [place, class] and embedding [place, feature]."""
        values, seen = self.prepared(series, mask)
        answer: Answer = self.core(values, days, seen)
        return answer


class NetworkEnsemble(nn.Module):
    """Several networks as one: the mean of their probabilities, all they embed."""

    def __init__(self, members: list[SeriesNetwork]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    @property
    def embedded(self) -> int:
        """How many numbers the embedding has."""
        return sum(cast("SeriesNetwork", one).embedded for one in self.members)

    def forward(
        self,
        series: Float[Tensor, "place step channel"],
        days: Float[Tensor, "place step"],
        mask: Float[Tensor, "place step channel"],
    ) -> Answer:
        """Return the logarithm of the mean probability, and embeddings side by side."""
        answers = [member(series, days, mask) for member in self.members]
        shares = torch.stack([torch.softmax(logits, dim=1) for logits, _ in answers])
        logits = torch.log(torch.clamp(shares.mean(dim=0), min=1e-7))
        return logits, torch.cat([embedding for _, embedding in answers], dim=1)
