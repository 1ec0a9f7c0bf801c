"""The parametric 1D-CNN of Shen and Viscarra Rossel, as a record.

Shen and Viscarra Rossel, Scientific Reports 11 (2021): convolution blocks along
wavelength, fully connected blocks, a linear output; all of it to be searched.
"""

from msgspec import Struct
from torch import nn

from trainer.networks.convolution_block import (
    ConvolutionBlock,
    convolution_stack,
    shape_after,
)
from trainer.networks.dense_block import DenseBlock, dense_stack
from trainer.networks.network_shape import NetworkShape


class ConvolutionalRecipe(
    Struct, frozen=True, kw_only=True, tag="convolutional", forbid_unknown_fields=True
):
    """Convolution blocks, then fully connected blocks, then a linear output."""

    name: str
    convolutions: tuple[ConvolutionBlock, ...]
    dense: tuple[DenseBlock, ...]

    def build(self, shape: NetworkShape) -> nn.Sequential:
        """Build the network from scaled spectrum to scaled values."""
        stack = convolution_stack(self.convolutions, channels=1)
        features = shape_after(stack, (1, shape.bands)).numel()
        return nn.Sequential(
            nn.Unflatten(1, (1, shape.bands)),
            *stack,
            nn.Flatten(),
            *dense_stack(self.dense, features, shape.targets),
        )
