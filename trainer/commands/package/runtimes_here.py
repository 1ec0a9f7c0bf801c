"""The runtimes that this machine has, to run a package's graphs as devices do."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import GraphAnswer, Inputs, joined_answers
from protocols.model_package import ModelPackage
from protocols.package_manifest import Artefact
from trainer.errors import ExportError
from trainer.export.runtimes.quiet_standard_error import quiet_standard_error


class RunnableGraph(Protocol):
    """A graph in a runtime."""

    def answer(self, *inputs: NDArray[np.float32]) -> GraphAnswer:
        """Return what the graph says."""
        ...


def _onnxruntime(graph: bytes, inputs: Sequence[str]) -> RunnableGraph:
    from trainer.export.export_parity import LoadedGraph  # noqa: PLC0415 - loads torch

    return LoadedGraph(graph, inputs)


def _ai_edge_litert(graph: bytes, inputs: Sequence[str]) -> RunnableGraph:
    from trainer.export.runtimes.loaded_tflite import LoadedTflite  # noqa: PLC0415

    return LoadedTflite(graph, inputs)


_LOADERS: dict[str, tuple[str, Callable[[bytes, Sequence[str]], RunnableGraph]]] = {
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
    questions: Sequence[Inputs],
) -> GraphAnswer:
    """Return what a graph says of each alone, as devices ask; refuse a bad one."""
    _, load = _LOADERS[runtime]
    try:
        with quiet_standard_error():
            inputs = tuple(package.manifest.inputs)
            graph = load(package.members[artefact.member], inputs)
            answers = [graph.answer(*asked) for asked in questions]
        joined = joined_answers(answers)
    except ExportError:
        raise
    # Runtimes raise kinds of their own for a graph that they cannot load or run.
    except Exception as error:
        reason = str(error).partition("\n")[0][:200]
        raise ExportError(
            f"expected {artefact.member} to run in {runtime}: {reason}"
        ) from error
    _check_shapes(joined, len(questions), package, artefact)
    return joined


def _outputs(answer: GraphAnswer) -> tuple[NDArray[np.float32], ...]:
    return answer.value, answer.low, answer.high, answer.novelty


def _check_shapes(
    answer: GraphAnswer, scans: int, package: ModelPackage, artefact: Artefact
) -> None:
    wide = (scans, len(package.manifest.spreads))
    found = [output.shape for output in _outputs(answer)]
    if found != [wide, wide, wide, (scans,)]:
        raise ExportError(
            f"expected answers of {artefact.member} shaped {wide} and {(scans,)}, "
            f"found {found}"
        )
