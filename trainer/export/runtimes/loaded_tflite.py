"""A TensorFlow Lite file in ai-edge-litert, loaded as a device loads it."""

import importlib
from collections.abc import Sequence
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import (
    GraphAnswer,
    Inputs,
    joined_answers,
    questions_of,
)
from protocols.graph_contract import INPUT, OUTPUTS
from trainer.errors import ExportError
from trainer.export.runtimes.quiet_standard_error import quiet_standard_error

SIGNATURE = "serving_default"


class LoadedTflite:
    """A file that answers one scan or place at a time, on one thread."""

    def __init__(self, graph: bytes, inputs: Sequence[str] = (INPUT,)) -> None:
        self._inputs = tuple(inputs)
        with quiet_standard_error():
            self._interpreter = _interpreters().Interpreter(
                model_content=graph, num_threads=1
            )
            self._interpreter.allocate_tensors()
        signatures = self._interpreter.get_signature_list()
        expected = {"inputs": sorted(inputs), "outputs": sorted(OUTPUTS)}
        if signatures.get(SIGNATURE) != expected:
            raise ExportError(
                f"expected the signature {SIGNATURE} with {expected}, found "
                f"{signatures}; report the model"
            )
        self._run = self._interpreter.get_signature_runner(SIGNATURE)

    def answer(self, *inputs: NDArray[np.float32]) -> GraphAnswer:
        """Return what the graph says of each scan or place."""
        told = [self._one(one) for one in questions_of(inputs)]
        return joined_answers(told)

    def _one(self, asked: Inputs) -> GraphAnswer:
        found = self._run(**dict(zip(self._inputs, asked, strict=True)))
        return GraphAnswer(*(found[name] for name in OUTPUTS))


@cache
def _interpreters() -> ModuleType:
    """Import the runtime when it is needed; it comes with the extra `tflite`."""
    try:
        return importlib.import_module("ai_edge_litert.interpreter")
    except ImportError as error:
        raise ExportError(
            f"expected ai-edge-litert to judge TensorFlow Lite files by, found none "
            f"({error}); install terroir[tflite]"
        ) from error
