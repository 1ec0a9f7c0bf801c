"""A calibrated model as ONNX bytes that keep the graph contract.

The exporter writes the paths of this program into the graph; they are taken out, so
that the same model gives the same bytes wherever it was made.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import onnx
import torch
from torch import nn

from protocols.graph_contract import INPUT, OPSET, OUTPUTS
from trainer.errors import ExportError

EXAMPLE_SCANS = 2
"""A batch of one would be taken for a constant."""

NOISY_LOGGER = "torch.onnx._internal.exporter._registration"


def to_onnx(model: nn.Module, bands: int) -> bytes:
    """Return the graph of `model` for scans of `bands` bands, any number at once."""
    example = torch.full((EXAMPLE_SCANS, bands), 0.5)
    with _quiet():
        program = torch.onnx.export(
            model,
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            verbose=False,
        )
    if program is None:
        raise ExportError("expected an ONNX program, found none; report the model")
    graph = _without_traces(program.model_proto)
    onnx.checker.check_model(graph, full_check=True)
    return graph.SerializeToString(deterministic=True)  # type: ignore[no-any-return] # onnx ships no types


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what the exporter says of itself, and nothing of the model."""
    logger = logging.getLogger(NOISY_LOGGER)
    level = logger.level
    logger.setLevel(logging.ERROR)  # it misses torchvision, which no spectrum needs
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", r".isinstance\(treespec, LeafSpec\)", FutureWarning
            )
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
