"""The smallest packages with a crop model that are whole."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from protocols.crop_manifest import (
    CropClass,
    CropManifest,
    DayThreshold,
    LikelyClasses,
    PlaceDomain,
    ProbabilityInterval,
)
from protocols.golden_vectors import GoldenVectors, GraphAnswer
from protocols.graph_contract import DAYS, MASK, SERIES
from protocols.model_package import build_package
from protocols.package_manifest import Artefact
from protocols.season_grid import Channel, SeasonGrid

SEASON = SeasonGrid(
    first_day=100,
    bucket_days=5,
    steps=4,
    channels=(Channel(name="S2-B04", unit="1"), Channel(name="S2-B08", unit="1")),
)


def sample_crop_manifest() -> CropManifest:
    """Return the manifest of a small model; its members are listed on building."""
    return CropManifest(
        tenant="acme",
        farm="home-farm",
        made_at=datetime(2026, 5, 4, tzinfo=UTC),
        method="a guess",
        code_version="0.1.0",
        season=SEASON,
        classes=(CropClass(name="maize", code=1), CropClass(name="soybean", code=5)),
        interval=ProbabilityInterval(level=0.9, method="none", places=30),
        likely=LikelyClasses(
            threshold=0.25,
            level=0.9,
            places=30,
            by_day=(
                DayThreshold(day=105, threshold=0.125),
                DayThreshold(day=115, threshold=0.5),
            ),
        ),
        domain=PlaceDomain(method="none", places=30, edge_quantile=0.95),
        artefacts=(
            Artefact(
                member="model.onnx", precision="float32", runtimes=("onnxruntime",)
            ),
        ),
    )


def sample_crop_golden() -> GoldenVectors:
    """Return two golden places, the second of which was never seen."""
    mask: NDArray[np.float32] = np.zeros((2, 4, 2), np.float32)
    mask[0] = 1
    days = np.tile(SEASON.middles(100), (2, 1))
    value = np.array([[0.75, 0.25], [0.5, 0.5]], np.float32)
    novelty = np.array([0.25, 2.0], np.float32)
    answer = GraphAnswer(value, value - np.float32(0.125), value, novelty)
    return GoldenVectors(
        {SERIES: mask * np.float32(0.25), DAYS: days, MASK: mask}, answer
    )


def sample_crop_members() -> dict[str, bytes]:
    """Return the files of a small package."""
    return {
        "card.md": b"# A guess\n",
        "model.onnx": b"not run by these tests",
        **sample_crop_golden().to_members(),
    }


def sample_crop_package() -> bytes:
    """Return a small package."""
    return build_package(sample_crop_manifest(), sample_crop_members())
