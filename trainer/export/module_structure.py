"""What two modules must have in common for one graph to serve both.

Learned numbers are parameters and buffers of floating type; they may differ, and so may
the number of soils that support kernels, which no node of a graph knows. All else is
part of the structure, since an exporter writes it into the graph: classes, plain
attributes, integers, flags, and the kernels of treatments.
"""

import hashlib
import pickle
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from trainer.calibrations.view_bank import ViewBank
from trainer.export.graph_signature import GraphSignature

TREATMENTS = "trainer.treatments."
"""What lies in this package holds the same numbers for every farm."""

SOIL_AXES = {"support": 1, "weights": 2}
"""Of a bank of views: along which axis of a buffer its soils lie."""

_OF_TORCH = frozenset(nn.Module().__dict__) - {"training"}
_OF_RECURRENT = frozenset({"_flat_weights", "_flat_weight_refs"})
"""Where torch keeps the weights of recurrent layers a second time."""


def learned_numbers(model: nn.Module) -> dict[str, Tensor]:
    """Return what training changes, by name; a tensor of two names is there once."""
    fixed = {
        f"{place}.{name}" if place else name
        for place, module in model.named_modules()
        if type(module).__module__.startswith(TREATMENTS)
        for name, _ in _tensors(module, deep=False)
    }
    return {
        name: tensor
        for name, tensor in _tensors(model)
        if tensor.is_floating_point() and name not in fixed
    }


def structure_of(model: nn.Module, signature: GraphSignature) -> str:
    """Return a digest that is equal only where one graph serves both models."""
    digest = hashlib.sha256(f"{signature}\0{torch.__version__}".encode())
    for place, module in model.named_modules():
        kind = type(module)
        digest.update(f"\0{place}\0{kind.__module__}.{kind.__qualname__}\0".encode())
        known = _OF_TORCH | _OF_RECURRENT
        plain = {k: v for k, v in vars(module).items() if k not in known}
        digest.update(pickle.dumps(sorted(plain.items())))
    learned, free = learned_numbers(model), free_axes(model)
    for name, tensor in _tensors(model):
        shape = fixed_shape(tuple(tensor.shape), free.get(name))
        digest.update(f"\0{name}\0{tensor.dtype}\0{shape}\0".encode())
        if name not in learned:
            digest.update(tensor.detach().numpy().tobytes())
    return digest.hexdigest()


def free_axes(model: nn.Module) -> dict[str, int]:
    """Return the axis of each tensor whose size may differ, by name."""
    return {
        f"{place}.{name}" if place else name: axis
        for place, module in model.named_modules()
        if isinstance(module, ViewBank)
        for name, axis in SOIL_AXES.items()
    }


def fixed_shape(shape: tuple[int, ...], free: int | None) -> tuple[int, ...]:
    """Return a shape without the size that may differ."""
    return tuple(-1 if at == free else size for at, size in enumerate(shape))


def _tensors(model: nn.Module, *, deep: bool = True) -> Iterator[tuple[str, Tensor]]:
    yield from model.named_parameters(recurse=deep)
    yield from model.named_buffers(recurse=deep)
