"""The relevance-sharing progressive layered extraction network, as a record.

Su, Tian and Chen (2025) tell N, OC, CaCO3, CEC and pH at once with experts over CNN,
LSTM and attention. Counts, sizes and the rule of sharing are not published; those here
are our choice.
"""

import torch
from jaxtyping import Float
from msgspec import Struct
from torch import Tensor, nn

from trainer.networks.convolution_block import (
    ConvolutionBlock,
    Count,
    convolution_stack,
    shape_after,
)
from trainer.networks.dense_block import DenseBlock, dense_stack
from trainer.networks.experts import Expert
from trainer.networks.extraction_level import ExtractionLevel
from trainer.networks.network_shape import NetworkShape

ONE_OF_EACH: tuple[Expert, ...] = ("convolution", "lstm", "attention")


class ProgressiveExpertsRecipe(
    Struct,
    frozen=True,
    kw_only=True,
    tag="progressive-experts",
    forbid_unknown_fields=True,
):
    """A stem that shortens the scan, levels of experts, and a tower a property.

    Attributes:
        name: What people call it.
        stem: Blocks whose last filters are the channels that experts work on.
        own: The experts of every property at every level.
        shared: The experts of all properties at every level.
        levels: How many levels of experts follow one another.
        tower: What each property has for itself, before its linear output.
    """

    name: str
    stem: tuple[ConvolutionBlock, ...]
    own: tuple[Expert, ...] = ONE_OF_EACH
    shared: tuple[Expert, ...] = ONE_OF_EACH
    levels: Count = 2
    tower: tuple[DenseBlock, ...]

    def build(self, shape: NetworkShape) -> nn.Module:
        """Build the network from scaled spectrum to scaled values."""
        opening = nn.Unflatten(1, (1, shape.bands))
        stem = nn.Sequential(opening, *convolution_stack(self.stem, channels=1))
        channels, steps = shape_after(stem, (shape.bands,))
        levels = [
            ExtractionLevel(self.own, self.shared, (steps, channels), shape.relevance)
            for _ in range(self.levels)
        ]
        features = channels * steps
        towers = [dense_stack(self.tower, features, 1) for _ in range(shape.targets)]
        return ProgressiveExperts(stem, levels, towers)


class ProgressiveExperts(nn.Module):
    """Stem, levels of experts, and a tower a property that sees every step.

    A mean over wavelength would forget where an absorption lies.
    """

    def __init__(
        self,
        stem: nn.Sequential,
        levels: list[ExtractionLevel],
        towers: list[nn.Sequential],
    ) -> None:
        super().__init__()
        self.stem = stem
        self.levels = nn.ModuleList(levels)
        self.towers = nn.ModuleList(towers)

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        """Return one value a property."""
        sequence = self.stem(spectrum).transpose(1, 2)
        sequences = [sequence] * (len(self.towers) + 1)
        for level in self.levels:
            sequences = level(sequences)
        answers = [
            tower(one.flatten(start_dim=1))
            for tower, one in zip(self.towers, sequences[:-1], strict=True)
        ]
        return torch.cat(answers, dim=1)
