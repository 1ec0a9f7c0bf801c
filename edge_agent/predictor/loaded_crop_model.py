"""A crop model that somebody named, ready for use."""

from dataclasses import dataclass
from pathlib import Path

from edge_agent.installed_runtimes import AUTO, RuntimeName, RuntimeWish
from edge_agent.predictor.graph_runtime import GraphRuntime
from edge_agent.predictor.named_package import read_named_package
from edge_agent.predictor.proved_graph import proved_graph
from protocols.crop_manifest import CropManifest
from protocols.model_package import ModelPackage


@dataclass(frozen=True)
class LoadedCropModel:
    """A package with a crop model that has proved itself on this device's runtime."""

    digest: str
    manifest: CropManifest
    runtime_name: RuntimeName
    runtime: GraphRuntime


def load_named_crop_model(path: Path, wish: RuntimeWish) -> LoadedCropModel:
    """Return the model in a package that somebody named."""
    return read_named_package(path, lambda package: prove_crop_model(package, wish))


def prove_crop_model(
    package: ModelPackage, wish: RuntimeWish = AUTO
) -> LoadedCropModel:
    """Run a package on its golden vectors here; one with a soil model is refused."""
    manifest = package.crops
    graph = proved_graph(package, wish)
    return LoadedCropModel(package.digest, manifest, graph.runtime_name, graph.runtime)
