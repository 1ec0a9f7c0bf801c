"""The smallest packages that are whole, and ways to spoil them."""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np

from protocols.golden_vectors import GoldenVectors, GraphAnswer
from protocols.graph_contract import INPUT
from protocols.model_manifest import (
    Domain,
    IntervalClaim,
    Metrics,
    ModelManifest,
    Target,
    TrainingData,
)
from protocols.model_package import build_package
from protocols.package_manifest import Artefact
from protocols.wavelength_grid import WavelengthGrid

GRID = WavelengthGrid(first=400.0, step=10.0, bands=4)
TARGET = "oc_usda.c729_w.pct"


def sample_manifest(tenant: str = "acme", farm: str = "home-farm") -> ModelManifest:
    """Return the manifest of a small model; its members are listed on building."""
    return ModelManifest(
        tenant=tenant,
        farm=farm,
        made_at=datetime(2026, 5, 4, tzinfo=UTC),
        method="a mean",
        code_version="0.1.0",
        parent="ab" * 32,
        grid=GRID,
        targets=(Target(name=TARGET, unit="%", spread=0.5),),
        interval=IntervalClaim(level=0.9, method="none", soils=30),
        domain=Domain(method="none", soils=30, edge_quantile=0.99),
        local_labels=30,
        metrics=(
            Metrics(
                target=TARGET,
                split="left out by farm",
                soils=30,
                rmse=0.25,
                me=0.0,
                r2=0.75,
                ccc=0.875,
            ),
        ),
        learned_from=(
            TrainingData(
                name="library", digest="cd" * 32, soils=300, licence="CC BY 4.0"
            ),
        ),
        artefacts=(
            Artefact(
                member="model.onnx", precision="float32", runtimes=("onnxruntime",)
            ),
        ),
    )


def sample_golden() -> GoldenVectors:
    """Return two golden scans and their answers."""
    spectrum = np.linspace(0.125, 0.5, 8, dtype=np.float32).reshape(2, 4)
    value = np.array([[1.5], [2.0]], dtype=np.float32)
    novelty = np.array([0.25, 0.5], dtype=np.float32)
    answer = GraphAnswer(value, value - 0.5, value + 0.5, novelty)
    return GoldenVectors({INPUT: spectrum}, answer)


def sample_members() -> dict[str, bytes]:
    """Return the files of a small package."""
    return {
        "card.md": b"# A mean\n",
        "model.onnx": b"not run by these tests",
        **sample_golden().to_members(),
    }


def sample_package(
    tenant: str = "acme", farm: str = "home-farm", card: bytes = b"# A mean\n"
) -> bytes:
    """Return a small package; another card makes another package."""
    members = {**sample_members(), "card.md": card}
    return build_package(sample_manifest(tenant, farm), members)


def entries_of(package: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    """Take a package apart."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return [(entry, archive.read(entry)) for entry in archive.infolist()]


def zipped(entries: Iterable[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    """Put entries together again, whatever has become of them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return file.getvalue()
