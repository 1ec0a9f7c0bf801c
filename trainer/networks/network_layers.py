"""The layers of a network by name, from the scan to the answer, whatever its recipe.

A layer is what has weights with all that follows it up to the next weights:
normalisation, activation, pooling, dropout. Names are `convolution-1`, `experts-1`,
`dense-1` and so on, and `output` for the last; heads and towers that stand side by side
are one layer at each depth.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from torch import nn

from trainer.errors import CalibrationError
from trainer.networks.multi_task_recipe import Heads
from trainer.networks.progressive_experts_recipe import ProgressiveExperts

OUTPUT = "output"
KINDS = ("convolution", "experts", "dense")


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer: its name, and the modules that are it."""

    name: str
    modules: tuple[nn.Module, ...]

    def parameters(self) -> list[nn.Parameter]:
        """Return the layer's weights."""
        return [weight for module in self.modules for weight in module.parameters()]

    def is_called(self, name: str) -> bool:
        """Return whether `name` is the layer's own or that of its kind."""
        return name in (self.name, self.name.rpartition("-")[0])


@dataclass(frozen=True, eq=False)
class _Step:
    """A stretch of modules; no kind where nothing in it has weights."""

    kind: str
    modules: tuple[nn.Module, ...]


def layers_of(core: nn.Module) -> tuple[Layer, ...]:
    """Return the layers in the order in which a scan passes them."""
    steps = [step for step in _joined(_steps(core)) if step.kind]
    counts = dict.fromkeys(KINDS, 0)
    layers = []
    for step in steps[:-1]:
        counts[step.kind] += 1
        layers.append(Layer(f"{step.kind}-{counts[step.kind]}", step.modules))
    return (*layers, Layer(OUTPUT, steps[-1].modules))


def layers_called(layers: tuple[Layer, ...], names: Iterable[str]) -> tuple[Layer, ...]:
    """Return the layers of these names or kinds, or refuse a name that none has."""
    wanted = tuple(names)
    for name in wanted:
        if not any(layer.is_called(name) for layer in layers):
            known = ", ".join(layer.name for layer in layers)
            raise CalibrationError(
                f"expected one of the layers {known}, or a kind of them such as "
                f"convolution, found {name!r}; name a layer that the recipe has"
            )
    return tuple(
        layer for layer in layers if any(layer.is_called(name) for name in wanted)
    )


def _steps(module: nn.Module) -> Iterator[_Step]:
    if isinstance(module, nn.Sequential):
        yield from chain.from_iterable(map(_steps, module))
    elif isinstance(module, Heads):
        yield from _abreast(module.heads)
    elif isinstance(module, ProgressiveExperts):
        yield from _steps(module.stem)
        yield from (_Step("experts", (level,)) for level in module.levels)
        yield from _abreast(module.towers)
    else:
        yield _Step(_kind_of(module), (module,))


def _kind_of(module: nn.Module) -> str:
    if isinstance(module, nn.Conv1d | nn.Conv2d):
        return "convolution"
    return "dense" if isinstance(module, nn.Linear) else ""


def _joined(steps: Iterable[_Step]) -> Iterator[_Step]:
    """Join what has no weights of its own to the layer before it."""
    held: list[_Step] = []
    for step in steps:
        if step.kind and held:
            yield _merged(held)
            held = []
        held.append(step)
    yield _merged(held)


def _merged(steps: list[_Step]) -> _Step:
    # Before the first layer there may be a step of no kind; it has nothing to learn.
    kind = next((step.kind for step in steps if step.kind), "")
    return _Step(kind, tuple(module for step in steps for module in step.modules))


def _abreast(stacks: Iterable[nn.Module]) -> Iterator[_Step]:
    """Yield stacks of equal depth as one, depth by depth."""
    for depth in zip(*(_joined(_steps(stack)) for stack in stacks), strict=True):
        modules = tuple(module for step in depth for module in step.modules)
        yield _Step(depth[0].kind, modules)
