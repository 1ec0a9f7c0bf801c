"""A fully connected block: weigh, normalise, activate, drop.

Normalisation stands before the activation; the papers do not say, so it is our choice.
"""

from collections.abc import Iterable

from msgspec import Struct
from torch import nn

from trainer.networks.activation import Activation, activation_of
from trainer.networks.convolution_block import Count, Share


class DenseBlock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fully connected layer with what belongs to it.

    Attributes:
        units: How many answers it gives.
        activation: What bends them.
        batch_normalisation: Whether each answer is centred and scaled over a batch.
        dropout: Which share of the answers is dropped while training.
    """

    units: Count
    activation: Activation = "relu"
    batch_normalisation: bool = False
    dropout: Share = 0.0

    def layers(self, features: int) -> list[nn.Module]:
        """Build the block's layers for `features` in."""
        layers: list[nn.Module] = [nn.Linear(features, self.units)]
        if self.batch_normalisation:
            layers.append(nn.BatchNorm1d(self.units))
        layers.append(activation_of(self.activation))
        if self.dropout:
            layers.append(nn.Dropout(self.dropout))
        return layers


def dense_stack(
    blocks: Iterable[DenseBlock], features: int, answers: int
) -> nn.Sequential:
    """Build blocks that follow one another, and a linear output of `answers`."""
    layers: list[nn.Module] = []
    for block in blocks:
        layers += block.layers(features)
        features = block.units
    return nn.Sequential(*layers, nn.Linear(features, answers))
