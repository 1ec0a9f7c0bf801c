"""A model all of whose numbers are single, for runtimes that know no others.

Sums over known soils cancel, so that nothing is told here of what this loses: whoever
takes such a model proves it equal first.
"""

from copy import deepcopy
from typing import TypeVar

from torch import nn

Model = TypeVar("Model", bound=nn.Module)


def in_single_precision(model: Model) -> Model:
    """Return a copy of the model in single precision, ready to answer."""
    return deepcopy(model).float().eval()
