"""A package with a crop model that is kept for good, and how it was made.

    python -m tests.simulators.golden_crop_package

writes it if it is missing and never touches one that is there. Nothing else imports
this file: it needs torch and the converter, which neither device nor wire have.

`package-crop-v1.2.terroir` compares made series with the curves of three crops, as ONNX
and as TensorFlow Lite, both in float32; every runtime answers alike.
"""

from datetime import UTC, datetime

import torch

from protocols.crop_manifest import (
    CropClass,
    CropManifest,
    CropMetrics,
    LikelyClasses,
    PlaceDomain,
    ProbabilityInterval,
    SeriesSource,
)
from protocols.model_package import CARD, build_package
from tests.simulators.golden_fields import PACKAGE
from tests.trainer.crops.made_series import (
    GRID,
    LEGEND,
    MadeOrder,
    made_series,
    made_teller,
)
from trainer.crops.in_season.confusion import accuracy, confusion, macro_f1
from trainer.crops.packages.crop_package import golden_series
from trainer.crops.packages.proof_places import proof_places
from trainer.crops.series.series_set import SeriesSet
from trainer.export.export_budget import ExportBudget
from trainer.export.export_parity import answer_of
from trainer.export.exported_model import ExportedModel, export_model

BOTH = ExportBudget(formats=("onnx", "tflite"))
CODES = (24, 1, 5)
"""Of the Cropland Data Layer."""


def write_missing() -> None:
    """Write what is not there yet."""
    if PACKAGE.exists():
        return
    model, series = made_teller().module.eval(), made_series(MadeOrder(seed=3))
    proof = proof_places(series, GRID)
    exported = export_model(model, proof, (1.0,) * len(LEGEND), BOTH)
    golden = golden_series(model, proof).to_members()
    card = b"# Made crops\n\nKept for tests; it knows no real field.\n"
    members = {CARD: card, **exported.members, **golden}
    PACKAGE.write_bytes(build_package(_manifest(model, series, exported), members))


def _manifest(
    model: torch.nn.Module, series: SeriesSet, exported: ExportedModel
) -> CropManifest:
    places = len(series)
    batch = series.batch(slice(None))
    told = answer_of(model, batch.values, batch.days, batch.mask.astype("float32"))
    counts = confusion(
        series.places.labels, told.value.argmax(axis=1), len(series.legend)
    )
    return CropManifest(
        tenant="acme",
        farm="home-farm",
        made_at=datetime(2026, 11, 20, tzinfo=UTC),
        method="likeness to the curves of made crops",
        code_version="test",
        season=GRID,
        classes=tuple(
            CropClass(name=name, code=code)
            for name, code in zip(LEGEND, CODES, strict=True)
        ),
        interval=ProbabilityInterval(level=0.9, method="reliability", places=places),
        likely=LikelyClasses(
            threshold=float(model.get_buffer("certainty.threshold")),
            level=0.9,
            places=places,
        ),
        domain=PlaceDomain(
            method="distance to classes", places=places, edge_quantile=0.95
        ),
        metrics=(
            CropMetrics(
                split="other made fields",
                places=places,
                accuracy=float(accuracy(counts)),
                macro_f1=float(macro_f1(counts)),
            ),
        ),
        learned_from=(
            SeriesSource(
                name="made series", digest="00" * 32, places=places, licence="CC0-1.0"
            ),
        ),
        artefacts=exported.artefacts,
    )


if __name__ == "__main__":
    write_missing()
