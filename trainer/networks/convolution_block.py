"""A convolution block: pad, convolve, activate, pool, drop.

The order within a block and the place of the optional parts are our choice where Shen
and Viscarra Rossel (2021) are silent. A block works along wavelength, or along both
axes of a spectrogram with the same kernel and stride.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

import torch
from jaxtyping import Float
from msgspec import Meta, Struct
from torch import Tensor, nn

from trainer.errors import CalibrationError
from trainer.networks.activation import Activation, activation_of

Count = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(ge=0, lt=1)]


class ConvolutionBlock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One convolution with what belongs to it.

    Attributes:
        filters: How many patterns are looked for.
        kernel: How many bands a pattern spans.
        stride: How many bands the window moves on.
        padding: `same` gives ceil(bands / stride) answers, `valid` only whole windows.
        activation: What bends the answers.
        dropout: Which share of the answers is dropped while training.
        pooling: Of how many neighbouring answers the largest is kept; 1 keeps all.
    """

    filters: Count
    kernel: Count
    stride: Count = 1
    padding: Literal["valid", "same"] = "valid"
    activation: Activation = "relu"
    dropout: Share = 0.0
    pooling: Count = 1

    def layers(self, channels: int, axes: int = 1) -> list[nn.Module]:
        """Build the block's layers for `channels` in, along one axis or two."""
        convolution, pool = _LAYERS[axes]
        layers = [convolution(channels, self.filters, self.kernel, self.stride)]
        if self.padding == "same":
            layers.insert(0, SamePadding(self.kernel, self.stride))
        layers.append(activation_of(self.activation))
        if self.pooling > 1:
            layers.append(pool(self.pooling))
        if self.dropout:
            layers.append(nn.Dropout(self.dropout))
        return layers


class SamePadding(nn.Module):
    """Pad with zeros so that a strided window gives ceil(length / stride) answers.

    Where the zeros do not halve, the end gets one more than the start.
    """

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(
        self, maps: Float[Tensor, "scan channel ..."]
    ) -> Float[Tensor, "scan channel ..."]:
        """Return the maps with zeros at both ends of every axis after the channels."""
        amounts: list[int] = []
        for length in reversed(maps.shape[2:]):
            windows = -(-length // self.stride)
            missing = max((windows - 1) * self.stride + self.kernel - length, 0)
            amounts += [missing // 2, missing - missing // 2]
        return nn.functional.pad(maps, amounts)


def convolution_stack(
    blocks: Iterable[ConvolutionBlock], channels: int, axes: int = 1
) -> nn.Sequential:
    """Build blocks that follow one another."""
    layers: list[nn.Module] = []
    for block in blocks:
        layers += block.layers(channels, axes)
        channels = block.filters
    return nn.Sequential(*layers)


def shape_after(stack: nn.Module, shape: tuple[int, ...]) -> torch.Size:
    """Return the shape of one scan's answer, or refuse scans too short for it."""
    try:
        with torch.no_grad():
            answer: Tensor = stack.eval()(torch.zeros(1, *shape))
    except RuntimeError as error:
        raise CalibrationError(
            f"expected a scan as long as the network's windows, found {shape[-1]} "
            f"bands or frames; take a finer grid or smaller blocks ({error})"
        ) from error
    stack.train()
    return answer.shape[1:]


_LAYERS: dict[int, tuple[type[nn.Module], type[nn.Module]]] = {
    1: (nn.Conv1d, nn.MaxPool1d),
    2: (nn.Conv2d, nn.MaxPool2d),
}
