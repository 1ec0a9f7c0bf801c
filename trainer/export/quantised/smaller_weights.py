"""The quantisers of onnxruntime, each with the settings that were seen to be right.

Dynamic: weights of eight bits, activations as they come; the scale is that of all
scans at once, so that an answer depends on its neighbours. Static: activations on
ranges seen before. Four bits: in blocks of 32, activations stay as they are.
"""

import importlib
import logging
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from protocols.golden_vectors import questions_of
from trainer.errors import ExportError
from trainer.export.quantised.weighted_graph import WeightedGraph

NBITS = "onnxruntime.quantization.matmul_nbits_quantizer"
BLOCK = 32
FOUR_BITS = 4

NamedInputs = Mapping[str, NDArray[np.float32]]
"""What a graph is asked, by the names of its inputs."""


def with_dynamic_weights(graph: WeightedGraph, kinds: Collection[str]) -> bytes:
    """Return the graph with eight-bit weights in layers of these kinds."""
    return _written(
        lambda path: quantize_dynamic(
            graph.copy(),
            path,
            per_channel=True,
            op_types_to_quantize=list(kinds),
            nodes_to_quantize=_some(graph, graph.layers.inner, kinds),
            extra_options={"MatMulConstBOnly": True},
        )
    )


def with_static_ranges(
    graph: WeightedGraph, layers: Collection[str], inputs: NamedInputs
) -> bytes:
    """Return the graph with these layers in eight bits, on the ranges of the inputs."""
    kinds = ("Conv", "MatMul")
    return _written(
        lambda path: quantize_static(
            graph.copy(),
            path,
            _OneByOne(inputs),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=list(kinds),
            nodes_to_quantize=_some(graph, layers, kinds),
        )
    )


def with_four_bits(graph: WeightedGraph) -> bytes:
    """Return the graph with four-bit weights in all but its last products."""
    inner = set(_some(graph, graph.layers.inner, ("MatMul",)))
    kept = [name for name in graph.steps if name not in inner]
    with _quiet_quantiser():
        # As it is imported it sets up logging for the whole program.
        module = importlib.import_module(NBITS)
    with _quiet_quantiser():
        quantiser = module.MatMulNBitsQuantizer(
            graph.copy(),
            bits=FOUR_BITS,
            block_size=BLOCK,
            is_symmetric=True,
            nodes_to_exclude=kept,
        )
        quantiser.process()
    return _bytes_of(quantiser.model.model)


class _OneByOne(CalibrationDataReader):  # type: ignore[misc] # ships no types
    """Gives scans or series as a device does."""

    def __init__(self, inputs: NamedInputs) -> None:
        self._names = tuple(inputs)
        self._questions = iter(questions_of(tuple(inputs.values())))

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """Return the next question, or nothing after the last."""
        asked = next(self._questions, None)
        return None if asked is None else dict(zip(self._names, asked, strict=True))


def _some(
    graph: WeightedGraph, layers: Collection[str], kinds: Collection[str]
) -> list[str]:
    """Return the layers of these kinds; a quantiser takes none of them for all."""
    found = [name for name in layers if graph.steps[name] in kinds]
    if not found:
        others = {graph.steps[name] for name in layers}
        raise ExportError(
            f"expected layers of the kinds {', '.join(kinds)} before the last, found "
            f"{', '.join(sorted(others)) or 'none'}"
        )
    return found


def _written(write: Callable[[str], None]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="terroir-") as folder, _quiet_quantiser():
        path = Path(folder) / "model.onnx"
        write(str(path))
        return _bytes_of(onnx.load(path))


def _bytes_of(graph: onnx.ModelProto) -> bytes:
    graph.ClearField("producer_name")
    graph.ClearField("producer_version")
    del graph.metadata_props[:]
    del graph.graph.value_info[:]
    return graph.SerializeToString(deterministic=True)  # type: ignore[no-any-return] # onnx ships no types


@contextmanager
def _quiet_quantiser() -> Iterator[None]:
    """Silence advice to prepare the graph, and let no import change logging."""
    logger = logging.getLogger()
    level, handlers = logger.level, list(logger.handlers)
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        for added in [one for one in logger.handlers if one not in handlers]:
            logger.removeHandler(added)
