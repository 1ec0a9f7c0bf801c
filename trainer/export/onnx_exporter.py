"""A module as an ONNX program, without traces of this program or of this machine.

The exporter writes paths into the graph; they are taken out, so that the same model
gives the same bytes wherever it was made.
"""

import logging
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import onnx
import torch
from onnx_ir.passes import common
from onnxscript import ir, optimizer
from torch import nn

from protocols.graph_contract import OPSET, OUTPUTS
from trainer.errors import ExportError
from trainer.export.graph_signature import GraphSignature

EXAMPLE_SCANS = 2
"""A batch of one would be taken for a constant."""

SMALL, LARGEST = (8192, 262_144), (2**31, 2**31)
"""Bytes in and out of a constant step that is computed once: of a plain number, or of
weights."""

NOISY_LOGGER = "torch.onnx._internal.exporter._registration"
EXPECTED_WARNINGS = (
    (r".isinstance\(treespec, LeafSpec\)", FutureWarning),
    ("_check_is_size will be removed", FutureWarning),
    ("The tensor attributes .*_flat_weights", UserWarning),
    ("The .grad attribute of a Tensor", UserWarning),
    ("# The axis name: batch will not be used", UserWarning),
)
"""The exporter warns of its own future, of how torch keeps recurrent weights, and that
all inputs have one batch."""


def exported(
    model: nn.Module, signature: GraphSignature, learned: Collection[str]
) -> onnx.ModelProto:
    """Return the model for any number of scans or places at once.

    The graph is simplified as if the tensors called `learned` were not known yet: they
    stand in it as they are, and other numbers may take their places. A runtime that
    loads the graph simplifies it further by itself.
    """
    example = signature.example(EXAMPLE_SCANS)
    batch = torch.export.Dim("batch")
    with quiet_exporter():
        program = torch.onnx.export(
            model,
            example,
            dynamo=True,
            opset_version=OPSET,
            input_names=list(signature.names),
            output_names=list(OUTPUTS),
            dynamic_shapes=tuple({0: batch} for _ in example),
            verbose=False,
            optimize=False,
        )
        if program is None:
            raise ExportError("expected an ONNX program, found none; report the model")
        with _unknown(program.model.graph, learned):
            _simplify(program.model)
    graph = _without_traces(program.model_proto)
    onnx.checker.check_model(graph, full_check=True)
    return graph


def simplified(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Return a graph with all computed that is constant, learned numbers too."""
    model = ir.from_proto(graph)
    _simplify(model, LARGEST)
    return _without_traces(ir.to_proto(model))


def _simplify(model: ir.Model, largest: tuple[int, int] = SMALL) -> None:
    """Compute what is constant, once, and leave no node and no constant twice.

    Rules that look for patterns to fuse are left to the runtime, which has its own:
    they would take half as long as the rest of an export.
    """
    optimizer.fold_constants_ir(
        model,
        onnx_shape_inference=True,
        input_size_limit=largest[0],
        output_size_limit=largest[1],
    )
    ir.passes.Sequential(
        common.RemoveUnusedNodesPass(),
        common.RemoveUnusedOpsetsPass(),
        common.LiftConstantsToInitializersPass(lift_all_constants=True, size_limit=0),
        common.DeduplicateInitializersPass(),
        common.CommonSubexpressionEliminationPass(),
        common.OutputFixPass(),
        common.NameFixPass(),
    )(model)


@contextmanager
def _unknown(graph: ir.Graph, names: Collection[str]) -> Iterator[None]:
    """Let constants be inputs for a while; those that nothing uses are dropped."""
    inputs = list(graph.inputs)
    hidden = [graph.initializers.pop(one) for one in names if one in graph.initializers]
    numbers = [value.const_value for value in hidden]
    for value in hidden:
        value.const_value = None
        graph.inputs.append(value)
    yield
    del graph.inputs[len(inputs) :]
    for value, number in zip(hidden, numbers, strict=True):
        value.const_value = number
        if value.uses():
            graph.register_initializer(value)


@contextmanager
def quiet_exporter() -> Iterator[None]:
    """Silence what the exporter says of itself, and nothing of the model."""
    logger = logging.getLogger(NOISY_LOGGER)
    level = logger.level
    logger.setLevel(logging.ERROR)  # it misses torchvision, which no spectrum needs
    try:
        with warnings.catch_warnings():
            for told, kind in EXPECTED_WARNINGS:
                warnings.filterwarnings("ignore", told, kind)
            yield
    finally:
        logger.setLevel(level)


def _without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    del model.metadata_props[:]
    for trace in ("producer_name", "producer_version"):
        model.ClearField(trace)
    graph = model.graph
    tables = (graph.node, graph.input, graph.output, graph.value_info)
    for entry in (graph, *(entry for table in tables for entry in table)):
        del entry.metadata_props[:]
        entry.ClearField("doc_string")
    for constant in graph.initializer:
        del constant.metadata_props[:]
    del graph.value_info[:]
    return model
