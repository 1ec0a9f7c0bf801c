"""The runtimes that this machine has, to run a package's graphs as devices do."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import GraphAnswer, joined_answers
from protocols.model_manifest import Artefact
from protocols.model_package import ModelPackage
from trainer.errors import ExportError
from trainer.export.runtimes.quiet_standard_error import quiet_standard_error


class RunnableGraph(Protocol):
    """A graph in a runtime."""

    def answer(self, spectra: NDArray[np.float32]) -> GraphAnswer:
        """Return what the graph says."""
        ...


def _onnxruntime(graph: bytes) -> RunnableGraph:
    from trainer.export.export_parity import LoadedGraph  # noqa: PLC0415 - loads torch

    return LoadedGraph(graph)


def _ai_edge_litert(graph: bytes) -> RunnableGraph:
    from trainer.export.runtimes.loaded_tflite import LoadedTflite  # noqa: PLC0415

    return LoadedTflite(graph)


_LOADERS: dict[str, tuple[str, Callable[[bytes], RunnableGraph]]] = {
    "onnxruntime": ("onnxruntime", _onnxruntime),
    "ai-edge-litert": ("ai_edge_litert", _ai_edge_litert),
}


def is_here(runtime: str) -> bool:
    """Say whether a runtime can be tried on this machine."""
    return runtime in _LOADERS and find_spec(_LOADERS[runtime][0]) is not None


def answers_one_by_one(
    package: ModelPackage,
    artefact: Artefact,
    runtime: str,
    spectra: NDArray[np.float32],
) -> GraphAnswer:
    """Return what a graph says of each scan alone, as devices ask; refuse a bad one."""
    _, load = _LOADERS[runtime]
    try:
        with quiet_standard_error():
            graph = load(package.members[artefact.member])
            answers = [graph.answer(scan[np.newaxis]) for scan in spectra]
        joined = joined_answers(answers)
    except ExportError:
        raise
    # Runtimes raise kinds of their own for a graph that they cannot load or run.
    except Exception as error:
        reason = str(error).partition("\n")[0][:200]
        raise ExportError(
            f"expected {artefact.member} to run in {runtime}: {reason}"
        ) from error
    _check_shapes(joined, len(spectra), package, artefact)
    return joined


def _outputs(answer: GraphAnswer) -> tuple[NDArray[np.float32], ...]:
    return answer.value, answer.low, answer.high, answer.novelty


def _check_shapes(
    answer: GraphAnswer, scans: int, package: ModelPackage, artefact: Artefact
) -> None:
    wide = (scans, len(package.manifest.targets))
    found = [output.shape for output in _outputs(answer)]
    if found != [wide, wide, wide, (scans,)]:
        raise ExportError(
            f"expected answers of {artefact.member} shaped {wide} and {(scans,)}, "
            f"found {found}"
        )
