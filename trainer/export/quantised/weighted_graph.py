"""A graph made ready for smaller weights: constants folded, every layer a product."""

from collections.abc import Collection
from dataclasses import dataclass

import onnx
from onnxruntime.quantization.onnx_model import ONNXModel
from torch import nn

from trainer.export.onnx_exporter import simplified
from trainer.export.quantised.learned_layers import LearnedLayers, learned_layers

VALUE = "value"
MATRIX = 2
_OF_GEMM = "_MatMul"
"""What onnxruntime adds to a step's name when it parts product and sum."""


@dataclass(frozen=True, eq=False)
class WeightedGraph:
    """A graph and the names of its layers.

    Attributes:
        graph: The whole graph as bytes: quantisers change what they are given.
        layers: Its layers that training gave weights.
        steps: What every step does, by its name.
    """

    graph: bytes
    layers: LearnedLayers
    steps: dict[str, str]

    def copy(self) -> onnx.ModelProto:
        """Return the graph to be changed."""
        return onnx.load_from_string(self.graph)


def weighted_graph(graph: bytes, model: nn.Module) -> WeightedGraph:
    """Return the plain graph of a model, made ready."""
    proto = onnx.load_from_string(graph)
    names = {name for name, _ in model.named_parameters()}
    layers = learned_layers(proto.graph, names, VALUE)
    parted = ONNXModel(simplified(proto))
    parted.replace_gemm_with_matmul()
    parted.topological_sort()
    steps = {step.name: step.op_type for step in parted.model.graph.node}
    able = steps.keys() - _products_of_batches(parted.model.graph)
    return WeightedGraph(
        parted.model.SerializeToString(deterministic=True),
        LearnedLayers(_present(layers.inner, able), _present(layers.last, able)),
        steps,
    )


def _products_of_batches(graph: onnx.GraphProto) -> set[str]:
    """Return products with several matrices at once; no runtime has them in int8."""
    stacked = {one.name for one in graph.initializer if len(one.dims) > MATRIX}
    return {
        step.name
        for step in graph.node
        if step.op_type == "MatMul" and stacked.intersection(step.input)
    }


def _present(names: tuple[str, ...], steps: Collection[str]) -> tuple[str, ...]:
    """Return the names under which these layers stand in the graph now."""
    both = (one for name in names for one in (name, name + _OF_GEMM))
    return tuple(one for one in both if one in steps)
