"""Which graph of a package to run, and on which runtime.

A graph is run only where its manifest says that it was proved: the same file has given
garbage on one runtime and true numbers on another, without any error.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge_agent.errors import RefusedUpdateError
from edge_agent.installed_runtimes import (
    AUTO,
    EXTRAS,
    MODULES,
    RuntimeName,
    RuntimeWish,
)
from edge_agent.predictor.graph_runtime import GraphRuntime
from protocols.package_manifest import Artefact

GRAPHS: dict[RuntimeName, str] = {
    "ai-edge-litert": "model.tflite",
    "onnxruntime": "model.onnx",
    "tflite-runtime": "model.tflite",
}


@dataclass(frozen=True)
class RuntimeChoice:
    """A graph, and what to run it on."""

    artefact: Artefact
    runtime: RuntimeName


def choose_runtime(
    artefacts: Sequence[Artefact],
    installed: Sequence[RuntimeName],
    wish: RuntimeWish = AUTO,
) -> RuntimeChoice:
    """Return the first installed runtime that some graph allows, or refuse."""
    for runtime in _candidates(installed, wish):
        for artefact in artefacts:
            if _allows(artefact, runtime):
                return RuntimeChoice(artefact, runtime)
    allowed = [one for one in MODULES if any(_allows(a, one) for a in artefacts)]
    raise RefusedUpdateError(
        "this package has no graph for the runtimes installed here: expected one for "
        f"{_listed(_candidates(installed, wish))}, found graphs for "
        f"{_listed(allowed) or 'none that is known here'}; {_remedy(allowed)}"
    )


def load_graph(
    choice: RuntimeChoice, graph: bytes, inputs: Sequence[str]
) -> GraphRuntime:
    """Load a graph with these inputs; only the runtime chosen is imported."""
    # A device without a model never pays for a runtime, and has one of them only.
    if choice.runtime == "onnxruntime":
        from edge_agent.predictor.onnx_graph import OnnxGraph  # noqa: PLC0415

        return OnnxGraph(graph, inputs)
    from edge_agent.predictor.litert_graph import LiteRtGraph  # noqa: PLC0415

    return LiteRtGraph(graph, choice.runtime, inputs)


def _candidates(
    installed: Sequence[RuntimeName], wish: RuntimeWish
) -> Sequence[RuntimeName]:
    if not installed:
        raise RefusedUpdateError(
            f"expected one of {_listed(tuple(MODULES))} to be installed, found none; "
            f"install {EXTRAS['onnxruntime']}"
        )
    if wish == AUTO:
        return installed
    if wish not in installed:
        raise RefusedUpdateError(
            f"expected the runtime {wish} as asked for, found only "
            f"{_listed(installed)} installed; install {EXTRAS[wish]} or ask for none"
        )
    return (wish,)


def _allows(artefact: Artefact, runtime: RuntimeName) -> bool:
    """Say whether a graph is in the form that a runtime reads, and proved on it."""
    return artefact.member == GRAPHS[runtime] and runtime in artefact.runtimes


def _remedy(allowed: Sequence[RuntimeName]) -> str:
    extras = " or ".join(EXTRAS[one] for one in allowed)
    return f"install {extras or 'newer software'}, or publish a package for this device"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
