"""What a model answers, and what its graph does in onnxruntime."""

from collections.abc import Sequence

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import nn

from protocols.golden_vectors import GraphAnswer
from protocols.graph_contract import INPUT, OUTPUTS

NOTHING = 4
"""What onnxruntime cannot run it says as an exception; no need to print it too."""


def answer_of(model: nn.Module, *inputs: NDArray[np.float32]) -> GraphAnswer:
    """Return what the trained model says."""
    with torch.no_grad():
        outputs = model(*map(torch.from_numpy, inputs))
    return GraphAnswer(*(output.numpy() for output in outputs))


class LoadedGraph:
    """A graph in onnxruntime, loaded as a device loads it.

    Loading is most of what a proof costs; on one thread it takes a sixth of the time.
    """

    def __init__(self, graph: bytes, inputs: Sequence[str] = (INPUT,)) -> None:
        self._inputs = tuple(inputs)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = NOTHING
        self._session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )

    def answer(self, *inputs: NDArray[np.float32]) -> GraphAnswer:
        """Return what the graph says."""
        asked = dict(zip(self._inputs, inputs, strict=True))
        return GraphAnswer(*self._session.run(list(OUTPUTS), asked))
