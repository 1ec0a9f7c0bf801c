"""The ways to make an ONNX graph of a model, those that make sense for its kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from torch import nn

from protocols.golden_vectors import Inputs
from trainer.calibrations.memory_graph import MemoryGraph
from trainer.export.export_budget import ExportBudget
from trainer.export.graph_template import GraphTemplates
from trainer.export.model_kind import is_double, kind_of
from trainer.export.proof_inputs import ProofInputs
from trainer.export.quantised.smaller_weights import (
    NamedInputs,
    with_dynamic_weights,
    with_four_bits,
    with_static_ranges,
)
from trainer.export.quantised.weighted_graph import WeightedGraph, weighted_graph
from trainer.export.single_precision import (
    in_single_precision,
    knows_soils,
    with_soils_in_half,
)
from trainer.export.trial import WORST_ERROR, Way

EXACT = 1e-3
"""A graph whose weights were not touched has no excuse for more, in deviations."""

AS_IT_IS = Way("as it is", "onnx", "float32", ("onnxruntime",), most_worst=EXACT)
HALF = Way(
    "soils in half precision",
    "onnx",
    "float16",
    ("onnxruntime",),
    "known soils kept in half precision, all sums in single",
)
SINGLE = Way(
    "single precision",
    "onnx",
    "float32",
    ("onnxruntime",),
    "all sums in single precision",
    most_worst=EXACT,
)
ASKS_NEIGHBOURS = replace(AS_IT_IS, most_worst=WORST_ERROR)
"""Of a memory: where two soils are about as near, rounding chooses between them."""

DYNAMIC = Way(
    "dynamic int8",
    "onnx",
    "int8",
    ("onnxruntime",),
    "weights of products and recurrent layers in eight bits, activations scaled as "
    "they come, the last layer float",
)
DYNAMIC_WITH_CONVOLUTIONS = Way(
    "dynamic int8, convolutions too",
    "onnx",
    "int8",
    ("onnxruntime",),
    "weights of products and convolutions in eight bits, activations scaled as they "
    "come, the last layer float",
)
STATIC = Way(
    "static int8",
    "onnx",
    "int8",
    ("onnxruntime",),
    "weights in eight bits by channel, activations in eight bits on ranges of varied "
    "real scans, the last layer float",
)
WIDE_STATIC = Way(
    "static int8, wide ranges",
    "onnx",
    "int8",
    ("onnxruntime",),
    "weights in eight bits by channel, activations in eight bits on ranges of varied "
    "real scans, a white panel and a closed shutter, the first and last layers float",
)
INT4 = Way(
    "int4",
    "onnx",
    "int4",
    ("onnxruntime",),
    "weights of products in four bits, in blocks of 32, the last layer float",
)

Make = Callable[[], bytes]


@dataclass(frozen=True, eq=False)
class OnnxWays:
    """A model, and all that its graphs are made with."""

    model: nn.Module
    proof: ProofInputs
    graphs: GraphTemplates

    def ways(self, budget: ExportBudget) -> tuple[tuple[Way, Make], ...]:
        """Return the ways, those first that are tried first."""
        kind = kind_of(self.model)
        has_memory = any(isinstance(one, MemoryGraph) for one in self.model.modules())
        way = ASKS_NEIGHBOURS if has_memory else AS_IT_IS
        plain: tuple[Way, Make] = (way, lambda: self.plain)
        if kind == "tiny":
            return (plain,)
        if kind == "kernel":
            return (*self._smaller_kernels(), plain)
        if kind == "recurrent":
            return (plain, (DYNAMIC, lambda: self._dynamic("MatMul", "LSTM")))
        return (
            plain,
            (DYNAMIC, lambda: self._dynamic("MatMul")),
            (
                DYNAMIC_WITH_CONVOLUTIONS,
                lambda: self._dynamic("MatMul", "Conv"),
            ),
            (STATIC, self._static),
            (WIDE_STATIC, self._wide_static),
            *(((INT4, self._four_bits),) if budget.allows_int4 else ()),
        )

    @cached_property
    def plain(self) -> bytes:
        """The graph as it is."""
        return self.graphs.to_onnx(self.model, self.proof.signature)

    @cached_property
    def _weighted(self) -> WeightedGraph:
        return weighted_graph(self.plain, self.model)

    def _smaller_kernels(self) -> Iterator[tuple[Way, Make]]:
        if knows_soils(self.model):
            yield HALF, self._half
        if is_double(self.model):
            yield SINGLE, self._single

    def _half(self) -> bytes:
        small = with_soils_in_half(self.model)
        return self.graphs.to_onnx(small, self.proof.signature)

    def _single(self) -> bytes:
        single = in_single_precision(self.model)
        return self.graphs.to_onnx(single, self.proof.signature)

    def _dynamic(self, *kinds: str) -> bytes:
        return with_dynamic_weights(self._weighted, kinds)

    def _four_bits(self) -> bytes:
        return with_four_bits(self._weighted)

    def _static(self) -> bytes:
        inner = self._weighted.layers.inner
        return with_static_ranges(self._weighted, inner, self._named(self.proof.varied))

    def _wide_static(self) -> bytes:
        both = zip(self.proof.varied, self.proof.oddities, strict=True)
        inputs = self._named(tuple(np.concatenate(pair) for pair in both))
        inner = self._weighted.layers.inner[1:]
        return with_static_ranges(self._weighted, inner, inputs)

    def _named(self, inputs: Inputs) -> NamedInputs:
        return dict(zip(self.proof.signature.names, inputs, strict=True))
