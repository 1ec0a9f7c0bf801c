"""Model graphs on TensorFlow Lite: ai-edge-litert, or tflite-runtime on older devices.

Both have the same interpreter. It runs on one thread, takes one scan or place at a
time, and is asked by the names of the signature, never by the order of tensors.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import RefusedUpdateError
from edge_agent.installed_runtimes import EXTRAS, MODULES, RuntimeName
from protocols.golden_vectors import GraphAnswer
from protocols.graph_contract import OUTPUTS

SIGNATURE = "serving_default"
STANDARD_ERROR = 2

SignatureRunner = Callable[..., dict[str, NDArray[np.float32]]]


class LiteRtGraph:
    """A graph loaded into a TensorFlow Lite interpreter."""

    def __init__(
        self, graph: bytes, runtime: RuntimeName, inputs: Sequence[str]
    ) -> None:
        self._name, self._inputs = runtime, tuple(inputs)
        if runtime == "tflite-runtime":
            check_numpy_suits_tflite(np.__version__)
        interpreter = import_module(f"{MODULES[runtime]}.interpreter").Interpreter
        try:
            with _quiet_standard_error():
                loaded = interpreter(model_content=graph, num_threads=1)
                loaded.allocate_tensors()
        # The interpreter raises ValueError, RuntimeError and SystemError.
        except Exception as error:
            raise RefusedUpdateError(
                f"expected a graph that {runtime} loads: {_first_line(error)}"
            ) from error
        self._check_contract(loaded.get_signature_list())
        runner = loaded.get_signature_runner(SIGNATURE)
        self._shapes = _shapes(runner, self._inputs)
        self._run: SignatureRunner = runner

    def run(self, *inputs: NDArray[np.float32]) -> GraphAnswer:
        """Return the answer to one scan or place."""
        shapes = tuple(array.shape for array in inputs)
        # Given another shape, tflite-runtime ends the whole process with SIGSEGV.
        if shapes != self._shapes:
            raise RefusedUpdateError(
                f"expected a graph that runs on inputs shaped {shapes}, found one for "
                f"{self._shapes}"
            )
        try:
            answers = self._run(**dict(zip(self._inputs, inputs, strict=True)))
        except Exception as error:
            raise RefusedUpdateError(
                f"expected a graph that {self._name} runs: {_first_line(error)}"
            ) from error
        return GraphAnswer(*(answers[name] for name in OUTPUTS))

    def _check_contract(self, signatures: dict[str, Any]) -> None:
        offered = signatures.get(SIGNATURE, {})
        inputs, outputs = offered.get("inputs", []), offered.get("outputs", [])
        if set(inputs) != set(self._inputs) or not set(outputs).issuperset(OUTPUTS):
            raise RefusedUpdateError(
                f"expected a graph from {', '.join(self._inputs)} to "
                f"{', '.join(OUTPUTS)} in the signature {SIGNATURE}, found one from "
                f"{', '.join(inputs)} to {', '.join(sorted(outputs))}"
            )


def check_numpy_suits_tflite(version: str) -> None:
    """Refuse numpy 2, with which tflite-runtime imports and then breaks."""
    if int(version.partition(".")[0]) > 1:
        raise RefusedUpdateError(
            f"expected numpy 1.26 beside tflite-runtime, found {version}; install "
            f"{EXTRAS['tflite-runtime']}, or {EXTRAS['ai-edge-litert']} instead"
        )


def _shapes(
    runner: Any,  # noqa: ANN401 - the interpreter has no types
    names: Sequence[str],
) -> tuple[tuple[int, ...], ...]:
    details = runner.get_input_details()
    return tuple(tuple(details[name]["shape"].tolist()) for name in names)


@contextmanager
def _quiet_standard_error() -> Iterator[None]:
    """Keep the interpreter from telling everybody about its delegate.

    It writes to the descriptor itself. What goes wrong comes as an exception.
    """
    sys.stderr.flush()
    kept = os.dup(STANDARD_ERROR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STANDARD_ERROR)
        yield
    finally:
        os.dup2(kept, STANDARD_ERROR)
        os.close(kept)
        os.close(nowhere)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
