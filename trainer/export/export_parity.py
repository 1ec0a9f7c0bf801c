"""Proof that an exported graph answers as the model that it came from.

Whatever differs is never published: exporters and runtimes have given wrong numbers
without any error.
"""

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import nn

from protocols.golden_vectors import GraphAnswer, largest_difference
from protocols.graph_contract import INPUT, OUTPUTS
from protocols.model_manifest import ModelManifest
from trainer.errors import ExportError

TOLERANCE = 1e-4
"""Largest difference, in standard deviations of the target."""


def answer_of(model: nn.Module, spectra: NDArray[np.float32]) -> GraphAnswer:
    """Return what the trained model says."""
    with torch.no_grad():
        outputs = model(torch.from_numpy(spectra))
    return GraphAnswer(*(output.numpy() for output in outputs))


class LoadedGraph:
    """A graph in onnxruntime, loaded as a device loads it.

    Loading is most of what a proof costs; on one thread it takes a sixth of the time.
    """

    def __init__(self, graph: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )

    def answer(self, spectra: NDArray[np.float32]) -> GraphAnswer:
        """Return what the graph says."""
        return GraphAnswer(*self._session.run(list(OUTPUTS), {INPUT: spectra}))


def answer_of_graph(graph: bytes, spectra: NDArray[np.float32]) -> GraphAnswer:
    """Return what the graph says in onnxruntime."""
    return LoadedGraph(graph).answer(spectra)


def check_parity(
    graph: bytes,
    model: nn.Module,
    spectra: NDArray[np.float32],
    manifest: ModelManifest,
) -> GraphAnswer:
    """Return what the model says; refuse a graph that differs, on many scans or one."""
    loaded, expected = LoadedGraph(graph), answer_of(model, spectra)
    for scans in (len(spectra), 1):
        found = loaded.answer(spectra[:scans])
        difference = largest_difference(_first(expected, scans), found, manifest)
        if not difference <= TOLERANCE:
            raise ExportError(
                f"expected the graph within {TOLERANCE:g} standard deviations of its "
                f"model, found {difference:g}; publish nothing and report the model"
            )
    return expected


def _first(answer: GraphAnswer, scans: int) -> GraphAnswer:
    """Return what was said of the first scans."""
    return GraphAnswer(
        answer.value[:scans],
        answer.low[:scans],
        answer.high[:scans],
        answer.novelty[:scans],
    )
