"""The soil model in use: the active package, or the one before it if that is damaged.

A package is read, checked against its name and run on its golden vectors every time
the predictor starts; what is not as it was verified is never used.
"""

from dataclasses import dataclass
from pathlib import Path

from edge_agent.active_model import package_path, read_active
from edge_agent.errors import RefusedUpdateError
from edge_agent.installed_runtimes import AUTO, RuntimeName, RuntimeWish
from edge_agent.predictor.graph_runtime import GraphRuntime
from edge_agent.predictor.proved_graph import proved_graph
from protocols.errors import PackageError
from protocols.model_manifest import ModelManifest
from protocols.model_package import ModelPackage, read_package


@dataclass(frozen=True)
class LoadedModel:
    """A package with a soil model that has proved itself on this device's runtime."""

    digest: str
    manifest: ModelManifest
    runtime_name: RuntimeName
    runtime: GraphRuntime


@dataclass(frozen=True)
class ModelInUse:
    """The model to read scans with, and what is wrong with a better one."""

    model: LoadedModel | None
    problem: str | None = None


def load_model_in_use(state: Path, wish: RuntimeWish = AUTO) -> ModelInUse:
    """Load the active model, else the previous one, else none."""
    active = read_active(state)
    problems: list[str] = []
    for digest in active.candidates:
        try:
            package = read_package_named(package_path(state, digest), digest)
            return ModelInUse(prove(package, wish), "; ".join(problems) or None)
        except (RefusedUpdateError, PackageError, OSError) as error:
            problems.append(f"model {digest[:12]} cannot be used: {error}")
    return ModelInUse(None, "; ".join(problems) or None)


def prove(package: ModelPackage, wish: RuntimeWish = AUTO) -> LoadedModel:
    """Run a package on its golden vectors here and return it ready for use.

    A package with a model of crops is refused: it answers no scan.
    """
    manifest = package.soil
    graph = proved_graph(package, wish)
    return LoadedModel(package.digest, manifest, graph.runtime_name, graph.runtime)


def read_package_named(path: Path, digest: str) -> ModelPackage:
    """Read a package and refuse it unless its content has this digest."""
    package = read_package(path)
    if package.digest != digest:
        raise PackageError(f"expected {path.name} to match its name, found it changed")
    return package
