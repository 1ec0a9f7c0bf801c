"""Small real model packages: a linear graph on a grid, with true golden vectors.

They keep to `protocols.graph_contract` and run on the real runtime. Options make the
ones that a device must refuse.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from protocols.golden_vectors import GoldenVectors, GraphAnswer
from protocols.graph_contract import INPUT, OPSET, OUTPUTS
from protocols.model_manifest import Domain, IntervalClaim, ModelManifest, Target
from protocols.model_package import CARD, build_package
from protocols.package_manifest import Artefact, Runtime
from protocols.wavelength_grid import WavelengthGrid

GRID = WavelengthGrid(first=400.0, step=10.0, bands=201)
TARGET = "oc_usda.c729_w.pct"
HALF_WIDTH = 0.5
IR_VERSION = 10


@dataclass(frozen=True)
class PackageRecipe:
    """What to build, and what to get wrong on purpose."""

    tenant: str = "acme"
    farm: str = "home-farm"
    seed: int = 1
    golden_is_wrong_by: float = 0.0
    graph_is_broken: bool = False
    runtime: Runtime = "onnxruntime"
    novelty: float = 0.25


def build_model_package(recipe: PackageRecipe | None = None) -> bytes:
    """Return the bytes of a package."""
    recipe = recipe or PackageRecipe()
    weights = weights_of(recipe)
    graph = b"no graph" if recipe.graph_is_broken else linear_graph(weights, recipe)
    golden = _golden(weights, recipe)
    members = {CARD: b"# A linear model for tests\n", "model.onnx": graph}
    return build_package(_manifest(recipe), members | golden.to_members())


def weights_of(recipe: PackageRecipe) -> NDArray[np.float32]:
    """Return the coefficients of the linear model."""
    random = np.random.default_rng(recipe.seed)
    return random.normal(0, 0.05, (GRID.bands, 1)).astype(np.float32)


def linear_graph(weights: NDArray[np.float32], recipe: PackageRecipe) -> bytes:
    """Return `spectrum @ weights` with an interval and a novelty, as ONNX."""
    constants = [
        numpy_helper.from_array(weights, "weights"),
        numpy_helper.from_array(np.array([HALF_WIDTH], np.float32), "half"),
        numpy_helper.from_array(np.zeros((GRID.bands, 1), np.float32), "zeros"),
        numpy_helper.from_array(np.array([recipe.novelty], np.float32), "foreign"),
        numpy_helper.from_array(np.array([-1], np.int64), "flat"),
    ]
    nodes = [
        helper.make_node("MatMul", [INPUT, "weights"], ["value"]),
        helper.make_node("Sub", ["value", "half"], ["low"]),
        helper.make_node("Add", ["value", "half"], ["high"]),
        helper.make_node("MatMul", [INPUT, "zeros"], ["nothing"]),
        helper.make_node("Add", ["nothing", "foreign"], ["column"]),
        helper.make_node("Reshape", ["column", "flat"], ["novelty"]),
    ]
    shapes: dict[str, list[str | int]] = {name: ["batch", 1] for name in OUTPUTS}
    shapes["novelty"] = ["batch"]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name])
        for name in OUTPUTS
    ]
    spectrum = helper.make_tensor_value_info(
        INPUT, TensorProto.FLOAT, ["batch", GRID.bands]
    )
    graph = helper.make_graph(nodes, "linear", [spectrum], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _golden(weights: NDArray[np.float32], recipe: PackageRecipe) -> GoldenVectors:
    random = np.random.default_rng(7)
    spectrum = random.uniform(0.1, 0.6, (4, GRID.bands)).astype(np.float32)
    value = (spectrum @ weights + recipe.golden_is_wrong_by).astype(np.float32)
    half = np.float32(HALF_WIDTH)
    novelty = np.full(4, recipe.novelty, np.float32)
    answer = GraphAnswer(value, value - half, value + half, novelty)
    return GoldenVectors({INPUT: spectrum}, answer)


def _manifest(recipe: PackageRecipe) -> ModelManifest:
    return ModelManifest(
        tenant=recipe.tenant,
        farm=recipe.farm,
        made_at=datetime(2026, 11, 20, tzinfo=UTC),
        method="linear, for tests",
        code_version="test",
        grid=GRID,
        targets=(Target(name=TARGET, unit="%", spread=1.0),),
        interval=IntervalClaim(level=0.9, method="fixed width", soils=4),
        domain=Domain(method="constant", soils=4, edge_quantile=0.99),
        artefacts=(
            Artefact(
                member="model.onnx", precision="float32", runtimes=(recipe.runtime,)
            ),
        ),
    )
