"""A crop model that somebody named, or that an update brought, ready for use."""

from dataclasses import dataclass
from pathlib import Path

from edge_agent.active_model import CROPS_FOLDER, package_path, read_active
from edge_agent.errors import PackageUnusableError, RefusedUpdateError
from edge_agent.installed_runtimes import AUTO, RuntimeName, RuntimeWish
from edge_agent.predictor.graph_runtime import GraphRuntime
from edge_agent.predictor.loaded_model import read_package_named
from edge_agent.predictor.named_package import read_named_package
from edge_agent.predictor.proved_graph import proved_graph
from protocols.crop_manifest import CropManifest
from protocols.errors import PackageError
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


def load_installed_crop_model(state: Path, wish: RuntimeWish) -> LoadedCropModel:
    """Return the model that an update brought, or the one before it."""
    folder, problems = state / CROPS_FOLDER, list[str]()
    for digest in read_active(folder).candidates:
        try:
            package = read_package_named(package_path(folder, digest), digest)
            return prove_crop_model(package, wish)
        except (RefusedUpdateError, PackageError, OSError) as error:
            problems.append(f"model {digest[:12]} cannot be used: {error}")
    raise PackageUnusableError(
        "; ".join(problems)
        or f"expected a crop model in {folder}, found none; bring it with "
        "`terroir-edge update --crops`"
    )


def prove_crop_model(
    package: ModelPackage, wish: RuntimeWish = AUTO
) -> LoadedCropModel:
    """Run a package on its golden vectors here; one with a soil model is refused."""
    manifest = package.crops
    graph = proved_graph(package, wish)
    return LoadedCropModel(package.digest, manifest, graph.runtime_name, graph.runtime)
