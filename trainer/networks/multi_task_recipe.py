"""Padarian's multi-task network: one trunk that all properties share, a head for each.

Padarian, Minasny and McBratney, Geoderma Regional 16 (2019) and Geoderma 340 (2019):
organic carbon, CEC, clay and pH are told at once, from spectra or spectrograms. The
sizes are our choice, as the papers' networks were made for 20,000 soils.
"""

from typing import Literal

import torch
from jaxtyping import Float
from msgspec import Struct
from torch import Tensor, nn

from trainer.networks.convolution_block import (
    ConvolutionBlock,
    convolution_stack,
    shape_after,
)
from trainer.networks.dense_block import DenseBlock, dense_stack
from trainer.networks.network_shape import NetworkShape
from trainer.networks.spectrogram import Spectrogram


class MultiTaskRecipe(
    Struct, frozen=True, kw_only=True, tag="multi-task", forbid_unknown_fields=True
):
    """A trunk of convolution blocks, and the blocks of every head.

    Attributes:
        name: What people call it.
        view: Whether the trunk sees the spectrum or its spectrogram.
        trunk: What all properties share.
        head: What each property has for itself, before its linear output.
    """

    name: str
    view: Literal["spectrum", "spectrogram"] = "spectrum"
    trunk: tuple[ConvolutionBlock, ...]
    head: tuple[DenseBlock, ...]

    def build(self, shape: NetworkShape) -> nn.Sequential:
        """Build the network from scaled spectrum to scaled values."""
        is_picture = self.view == "spectrogram"
        opening = Spectrogram() if is_picture else nn.Unflatten(1, (1, shape.bands))
        seen = shape_after(opening, (shape.bands,))
        trunk = convolution_stack(self.trunk, channels=1, axes=2 if is_picture else 1)
        features = shape_after(trunk, tuple(seen)).numel()
        heads = [dense_stack(self.head, features, 1) for _ in range(shape.targets)]
        return nn.Sequential(opening, *trunk, nn.Flatten(), Heads(heads))


class Heads(nn.Module):
    """Every property's own layers, side by side on what they share."""

    def __init__(self, heads: list[nn.Sequential]) -> None:
        super().__init__()
        self.heads = nn.ModuleList(heads)

    def forward(
        self, shared: Float[Tensor, "scan feature"]
    ) -> Float[Tensor, "scan target"]:
        """Return one value a property."""
        return torch.cat([head(shared) for head in self.heads], dim=1)
