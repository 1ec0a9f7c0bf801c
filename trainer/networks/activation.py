"""The activations that blocks may name."""

from collections.abc import Callable
from typing import Literal

from torch import nn

Activation = Literal["linear", "relu", "leaky-relu", "elu", "selu", "swish"]

_MODULES: dict[Activation, Callable[[], nn.Module]] = {
    "linear": nn.Identity,
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "swish": nn.SiLU,
}


def activation_of(name: Activation) -> nn.Module:
    """Build the activation called `name`."""
    return _MODULES[name]()
