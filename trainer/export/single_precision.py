"""A model all of whose numbers are single, for runtimes that know no others.

Sums over known soils cancel, so that nothing is told here of what this loses: whoever
takes such a model proves it equal first.
"""

import re
from copy import deepcopy
from typing import TypeVar

from torch import Tensor, nn

Model = TypeVar("Model", bound=nn.Module)

KNOWN_SOILS = re.compile(r"support(_\d+)?")
"""The buffers in which kernels keep scans of the soils that they know."""


def in_single_precision(model: Model) -> Model:
    """Return a copy of the model in single precision, ready to answer."""
    return deepcopy(model).float().eval()


def with_soils_in_half(model: Model) -> Model:
    """Return the same with its known soils kept in half precision.

    They are most of what a kernel model weighs. Sums still run in single precision.
    """
    small = in_single_precision(model)
    for module, name, scans in _known_soils(small):
        setattr(module, name, scans.half())
    return small


def knows_soils(model: nn.Module) -> bool:
    """Return whether scans of known soils are part of the model."""
    return bool(_known_soils(model))


def _known_soils(model: nn.Module) -> list[tuple[nn.Module, str, Tensor]]:
    return [
        (module, name, tensor)
        for module in model.modules()
        for name, tensor in module.named_buffers(recurse=False)
        if KNOWN_SOILS.fullmatch(name)
    ]
