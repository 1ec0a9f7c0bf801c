"""What a model is made of, as far as that decides how its graph can be made smaller."""

from typing import Literal

import torch
from torch import nn

from trainer.export.module_structure import learned_numbers

ModelKind = Literal["tiny", "kernel", "network", "recurrent"]

OF_NOVELTY = "domain."
TINY_BYTES = 65_536
"""A model with fewer bytes of learned numbers has nothing to save."""


def kind_of(model: nn.Module) -> ModelKind:
    """Return which ways of making it smaller make sense."""
    if any(isinstance(one, nn.RNNBase) for one in model.modules()):
        return "recurrent"
    if sum(one.nbytes for one in learned_numbers(model).values()) < TINY_BYTES:
        return "tiny"
    return "network" if any(True for _ in model.parameters()) else "kernel"


def is_double(model: nn.Module) -> bool:
    """Return whether anything but novelty is computed in double precision."""
    return any(
        one.dtype == torch.float64 and not name.startswith(OF_NOVELTY)
        for name, one in learned_numbers(model).items()
    )
