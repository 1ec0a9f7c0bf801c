"""A TensorFlow Lite file in ai-edge-litert, loaded as a device loads it."""

import importlib
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import GraphAnswer, joined_answers
from protocols.graph_contract import INPUT, OUTPUTS
from trainer.errors import ExportError
from trainer.export.runtimes.quiet_standard_error import quiet_standard_error

SIGNATURE = "serving_default"


class LoadedTflite:
    """A file that answers one scan at a time, on one thread."""

    def __init__(self, graph: bytes) -> None:
        with quiet_standard_error():
            self._interpreter = _interpreters().Interpreter(
                model_content=graph, num_threads=1
            )
            self._interpreter.allocate_tensors()
        signatures = self._interpreter.get_signature_list()
        expected = {"inputs": [INPUT], "outputs": sorted(OUTPUTS)}
        if signatures.get(SIGNATURE) != expected:
            raise ExportError(
                f"expected the signature {SIGNATURE} with {expected}, found "
                f"{signatures}; report the model"
            )
        self._run = self._interpreter.get_signature_runner(SIGNATURE)

    def answer(self, spectra: NDArray[np.float32]) -> GraphAnswer:
        """Return what the graph says of each scan."""
        told = [self._one(spectra[at : at + 1]) for at in range(len(spectra))]
        return joined_answers(told)

    def _one(self, spectrum: NDArray[np.float32]) -> GraphAnswer:
        found = self._run(**{INPUT: spectrum})
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
