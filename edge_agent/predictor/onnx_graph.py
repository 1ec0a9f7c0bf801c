"""Model graphs on onnxruntime: one thread, and no memory kept that is not needed."""

from collections.abc import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from edge_agent.errors import RefusedUpdateError
from protocols.golden_vectors import GraphAnswer
from protocols.graph_contract import OUTPUTS

ERRORS_ONLY = 3


class OnnxGraph:
    """A graph loaded into onnxruntime."""

    def __init__(self, graph: bytes, inputs: Sequence[str]) -> None:
        self._inputs = tuple(inputs)
        try:
            self._session = onnxruntime.InferenceSession(
                graph, _options(), providers=["CPUExecutionProvider"]
            )
        # onnxruntime's own exceptions share no base but Exception.
        except Exception as error:
            raise RefusedUpdateError(
                f"expected a graph that onnxruntime loads: {_first_line(error)}"
            ) from error
        self._check_contract()

    def run(self, *inputs: NDArray[np.float32]) -> GraphAnswer:
        """Return the answers to scans or places."""
        asked = dict(zip(self._inputs, inputs, strict=True))
        try:
            value, low, high, novelty = self._session.run(OUTPUTS, asked)
        except Exception as error:
            raise RefusedUpdateError(
                f"expected a graph that onnxruntime runs: {_first_line(error)}"
            ) from error
        return GraphAnswer(value, low, high, novelty)

    def _check_contract(self) -> None:
        inputs = [one.name for one in self._session.get_inputs()]
        outputs = {one.name for one in self._session.get_outputs()}
        if set(inputs) != set(self._inputs) or not outputs.issuperset(OUTPUTS):
            raise RefusedUpdateError(
                f"expected a graph from {', '.join(self._inputs)} to "
                f"{', '.join(OUTPUTS)}, found one from {', '.join(inputs)} to "
                f"{', '.join(sorted(outputs))}"
            )


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = ERRORS_ONLY
    return options


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
