"""Which steps of a graph are layers that training gave weights, and which come last.

Only those may lose precision. The kernels of treatments and what tells novelty never
do, and the last layers hardly ever: what they lose, nothing evens out.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import onnx

LAYERS = ("Conv", "Gemm", "MatMul", "LSTM", "GRU")


@dataclass(frozen=True)
class LearnedLayers:
    """Names of steps, in the order of the graph.

    Attributes:
        inner: Those that another layer follows.
        last: Those between which and the values there is no other.
    """

    inner: tuple[str, ...]
    last: tuple[str, ...]


def learned_layers(
    graph: onnx.GraphProto, parameters: Collection[str], told: str
) -> LearnedLayers:
    """Return the layers before the output `told`; weights are called `parameters`."""
    learned = _made_of(graph, parameters)
    before = _steps_before(graph, told)
    layers = [
        step
        for step in before
        if step.op_type in LAYERS and any(name in learned for name in step.input)
    ]
    followed = {
        earlier.name
        for layer in layers
        for earlier in _steps_before(graph, layer.output[0])
        if earlier.name != layer.name
    }
    return LearnedLayers(
        inner=tuple(one.name for one in layers if one.name in followed),
        last=tuple(one.name for one in layers if one.name not in followed),
    )


def _made_of(graph: onnx.GraphProto, parameters: Collection[str]) -> set[str]:
    """Return what is computed from learned weights and nothing that is scanned."""
    constant = {one.name for one in graph.initializer} | {""}
    learned = set(parameters)
    for step in graph.node:
        if constant.issuperset(step.input):
            constant.update(step.output)
            if learned.intersection(step.input):
                learned.update(step.output)
    return learned & constant


def _steps_before(graph: onnx.GraphProto, output: str) -> list[onnx.NodeProto]:
    """Return every step that an output depends on, in the order of the graph."""
    needed = {output}
    found = list(_walk_back(graph, needed))
    return found[::-1]


def _walk_back(graph: onnx.GraphProto, needed: set[str]) -> Iterator[onnx.NodeProto]:
    for step in reversed(graph.node):
        if needed.intersection(step.output):
            needed.update(name for name in step.input if name)
            yield step
