"""Two packages that are kept for good, and how they were made.

    python -m tests.simulators.golden_package

writes those that are missing and never touches one that is there. Nothing else imports
this file: it needs torch and the converter, which neither device nor wire have.

* `package-v1.1.terroir` holds a ridge regression as ONNX and as TensorFlow Lite, both
  in float32; every runtime answers alike.
* `garbled-package.terroir` holds a small network whose weights the quantiser made int8
  for dynamic kernels, and wrongly allows tflite-runtime, which answers it with garbage.
"""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import litert_torch  # type: ignore[import-untyped,import-not-found,unused-ignore]
import numpy as np
import onnx
import torch
from ai_edge_quantizer import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    quantizer,
    recipe,
)
from numpy.typing import NDArray
from torch import Tensor, nn

from protocols.golden_vectors import GoldenVectors, GraphAnswer
from protocols.graph_contract import INPUT, OPSET, OUTPUTS
from protocols.model_manifest import (
    Domain,
    IntervalClaim,
    ModelManifest,
    Target,
    TrainingData,
)
from protocols.model_package import CARD, build_package
from protocols.package_manifest import Artefact
from protocols.wavelength_grid import WavelengthGrid

PACKAGE = Path(__file__).parents[1] / "protocols" / "golden" / "package-v1.1.terroir"
GARBLED = Path(__file__).parents[1] / "bare_environments" / "golden" / "garbled.terroir"

GRID = WavelengthGrid(first=400.0, step=50.0, bands=41)
TARGETS = ("oc_usda.c729_w.pct", "clay.tot_usda.a334_w.pct")
SOILS = 400
NOISE = 0.002
PENALTY = 1e-3
HIDDEN = 128
GOLDEN_SOILS = 7
WHITE = 0.98
INTERVAL = 1.645
EDGE = 0.99

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class MadeSoils:
    """Soils mixed of a few curves: carbon darkens them, clay takes light at 2200 nm."""

    spectra: Floats
    values: Floats

    @classmethod
    def mix(cls, count: int, seed: int) -> "MadeSoils":
        """Return soils over the whole range of both properties."""
        random = np.random.default_rng(seed)
        place = np.linspace(0, 1, GRID.bands)
        carbon, clay = random.uniform(0.2, 6.0, count), random.uniform(5, 60, count)
        bright = 0.12 + 0.4 * np.sqrt(place)
        dark = np.exp(-np.outer(carbon, 0.12 * (1.3 - place)))
        band = 1 - np.outer(clay, 0.004 * np.exp(-(((place - 0.9) / 0.03) ** 2)))
        spectra = bright * dark * band + random.normal(0, NOISE, (count, GRID.bands))
        values = np.stack([carbon, clay], axis=1)
        return cls(spectra.astype(np.float32), values.astype(np.float32))


class RidgeModel(nn.Module):
    """A linear model whose interval widens where its novelty is beyond the edge."""

    centre: Tensor
    scale: Tensor
    weights: Tensor
    offset: Tensor
    half_width: Tensor
    reach: Tensor

    def __init__(self, soils: MadeSoils) -> None:
        super().__init__()
        centre, scale = soils.spectra.mean(0), soils.spectra.std(0)
        scaled = (soils.spectra - centre) / scale
        weights = _ridge(scaled, soils.values - soils.values.mean(0))
        residuals = soils.values - soils.values.mean(0) - scaled @ weights
        distance = np.quantile(np.abs(scaled).mean(1), EDGE)
        self._keep("centre", centre)
        self._keep("scale", scale)
        self._keep("weights", weights)
        self._keep("offset", soils.values.mean(0))
        self._keep("half_width", INTERVAL * residuals.std(0))
        self._keep("reach", np.array(distance))

    def forward(self, spectrum: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return value, low, high and novelty."""
        scaled = (spectrum - self.centre) / self.scale
        novelty = torch.mean(torch.abs(scaled), dim=1) / self.reach
        value = self.told(scaled)
        half = self.half_width * (1 + torch.relu(novelty - 1).unsqueeze(1))
        return value, value - half, value + half, novelty

    def told(self, scaled: Tensor) -> Tensor:
        """Return the values of scans, centred and scaled."""
        return torch.matmul(scaled, self.weights) + self.offset

    def _keep(self, name: str, array: NDArray[np.floating]) -> None:
        self.register_buffer(name, torch.tensor(array, dtype=torch.float32))


class NetworkModel(RidgeModel):
    """The same with two random hidden layers before the regression."""

    def __init__(self, soils: MadeSoils) -> None:
        super().__init__(soils)
        torch.manual_seed(0)
        self.first, self.second = (
            nn.Linear(GRID.bands, HIDDEN),
            nn.Linear(HIDDEN, HIDDEN),
        )
        with torch.no_grad():
            scaled = (torch.from_numpy(soils.spectra) - self.centre) / self.scale
            hidden = self._hidden(scaled).numpy()
        weights = _ridge(hidden, soils.values - soils.values.mean(0))
        self._keep("weights", weights)

    def told(self, scaled: Tensor) -> Tensor:
        """Return the values of scans, centred and scaled."""
        return torch.matmul(self._hidden(scaled), self.weights) + self.offset

    def _hidden(self, scaled: Tensor) -> Tensor:
        return torch.relu(self.second(torch.relu(self.first(scaled))))


class NamedAnswers(nn.Module):
    """The model with its answers by name, as the converter keeps them."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, spectrum: Tensor) -> dict[str, Tensor]:
        """Return the answers under the contract's names."""
        return dict(zip(OUTPUTS, self.model(spectrum), strict=True))


def write_missing() -> None:
    """Write what is not there yet."""
    soils = MadeSoils.mix(SOILS, seed=1)
    if not PACKAGE.exists():
        ridge = RidgeModel(soils).eval()
        graphs = {"model.onnx": _onnx(ridge), "model.tflite": _tflite(ridge)}
        PACKAGE.write_bytes(_package(ridge, soils, graphs, _proved(), WHITE))
    if not GARBLED.exists():
        network = NetworkModel(soils).eval()
        graphs = {"model.tflite": _dynamic(_tflite(network))}
        GARBLED.parent.mkdir(parents=True, exist_ok=True)
        GARBLED.write_bytes(_package(network, soils, graphs, _wrongly_allowed()))


def _ridge(scans: NDArray[np.floating], values: Floats) -> Floats:
    products = scans.T.astype(np.float64) @ scans
    penalty = PENALTY * np.trace(products) / len(products) * np.eye(len(products))
    weights: Floats = np.linalg.solve(products + penalty, scans.T @ values)
    return weights.astype(np.float32)


def _onnx(model: nn.Module) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        program = torch.onnx.export(
            model,
            (torch.full((2, GRID.bands), 0.3),),
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            external_data=False,
            opset_version=OPSET,
            dynamo=True,
        )
        if program is None:
            raise RuntimeError("expected the exporter to give a graph, found none")
        program.save(path)
        return _without_traces(onnx.load(path))


def _without_traces(model: onnx.ModelProto) -> bytes:
    """Drop where on which machine each node was traced."""
    del model.metadata_props[:]
    graph = model.graph
    for entry in (graph, *graph.node, *graph.input, *graph.output, *graph.value_info):
        del entry.metadata_props[:]
    return bytes(model.SerializeToString())


def _tflite(model: nn.Module) -> bytes:
    example = {INPUT: torch.full((1, GRID.bands), 0.3)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        litert_torch.convert(NamedAnswers(model).eval(), (), example).export(str(path))
        return path.read_bytes()


def _dynamic(graph: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        path.write_bytes(graph)
        quantising = quantizer.Quantizer(str(path))
        quantising.load_quantization_recipe(recipe.dynamic_legacy_wi8_afp32())
        return bytes(quantising.quantize().quantized_model)


def _proved() -> tuple[Artefact, ...]:
    return (
        Artefact(member="model.onnx", precision="float32", runtimes=("onnxruntime",)),
        Artefact(
            member="model.tflite",
            precision="float32",
            runtimes=("ai-edge-litert", "tflite-runtime"),
            most_scans=1,
        ),
    )


def _wrongly_allowed() -> tuple[Artefact, ...]:
    return (
        Artefact(
            member="model.tflite",
            precision="int8",
            runtimes=("ai-edge-litert", "tflite-runtime"),
            method="dynamic int8 weights",
            most_scans=1,
            tolerance=0.05,
        ),
    )


def _package(
    model: nn.Module,
    soils: MadeSoils,
    graphs: dict[str, bytes],
    artefacts: tuple[Artefact, ...],
    *outliers: float,
) -> bytes:
    members = {CARD: b"# Mixed soils\n\nKept for tests; it knows no real soil.\n"}
    manifest = _manifest(soils, artefacts)
    return build_package(
        manifest, members | graphs | _golden(model, outliers).to_members()
    )


def _golden(model: nn.Module, outliers: tuple[float, ...]) -> GoldenVectors:
    """Return soils from the smallest carbon to the largest, and flat outliers."""
    mixed = MadeSoils.mix(200, seed=2)
    in_order = np.argsort(mixed.values[:, 0])
    places = np.linspace(0, len(in_order) - 1, GOLDEN_SOILS).astype(int)
    flat = np.tile(np.array(outliers, np.float32).reshape(-1, 1), GRID.bands)
    spectra = np.concatenate([mixed.spectra[in_order[places]], flat])
    with torch.no_grad():
        answers = model(torch.from_numpy(spectra))
    return GoldenVectors(
        {INPUT: spectra}, GraphAnswer(*(one.numpy() for one in answers))
    )


def _manifest(soils: MadeSoils, artefacts: tuple[Artefact, ...]) -> ModelManifest:
    spreads = soils.values.std(0).tolist()
    return ModelManifest(
        tenant="acme",
        farm="home-farm",
        made_at=datetime(2026, 11, 20, tzinfo=UTC),
        method="ridge regression on soils that were mixed, not measured",
        code_version="test",
        grid=GRID,
        targets=tuple(
            Target(name=name, unit="%", spread=spread)
            for name, spread in zip(TARGETS, spreads, strict=True)
        ),
        interval=IntervalClaim(level=0.9, method="normal residuals", soils=SOILS),
        domain=Domain(
            method="mean distance in standard deviations",
            soils=SOILS,
            edge_quantile=EDGE,
        ),
        learned_from=(
            TrainingData(
                name="mixed soils", digest="00" * 32, soils=SOILS, licence="CC0-1.0"
            ),
        ),
        artefacts=artefacts,
    )


if __name__ == "__main__":
    write_missing()
