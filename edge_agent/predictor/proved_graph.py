"""A package's graph on a runtime here, after it answered its golden vectors."""

from dataclasses import dataclass

from edge_agent.installed_runtimes import (
    AUTO,
    RuntimeName,
    RuntimeWish,
    installed_runtimes,
)
from edge_agent.predictor.graph_runtime import GraphRuntime, check_on_golden_vectors
from edge_agent.predictor.runtime_choice import choose_runtime, load_graph
from protocols.model_package import ModelPackage
from protocols.package_manifest import tolerance_of


@dataclass(frozen=True)
class ProvedGraph:
    """A graph that answers here as the model that was trained."""

    runtime_name: RuntimeName
    runtime: GraphRuntime


def proved_graph(package: ModelPackage, wish: RuntimeWish = AUTO) -> ProvedGraph:
    """Load the best graph for this device, or refuse the package."""
    manifest = package.manifest
    choice = choose_runtime(manifest.artefacts, installed_runtimes(), wish)
    graph = package.members[choice.artefact.member]
    runtime = load_graph(choice, graph, tuple(manifest.inputs))
    tolerance = tolerance_of(choice.artefact, manifest)
    check_on_golden_vectors(runtime, package, tolerance)
    return ProvedGraph(choice.runtime, runtime)
