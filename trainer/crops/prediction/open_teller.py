"""Open whatever tells crops: a model's folder, a training run, or a package."""

import hashlib
from pathlib import Path

from trainer.crops.model.model_folder import ABOUT, WEIGHTS, read_crop_model
from trainer.crops.prediction.crop_answers import CropTeller
from trainer.crops.prediction.module_teller import ModuleTeller
from trainer.crops.prediction.package_teller import open_package

MODEL = "model"
"""Where a training run keeps its model."""


def open_teller(path: Path) -> CropTeller:
    """Open a model that tells crops, or say that there is none."""
    if path.is_file():
        return open_package(path)
    folder = path / MODEL if (path / MODEL / ABOUT).is_file() else path
    model, about = read_crop_model(folder)
    return ModuleTeller(
        module=model,
        grid=about.grid,
        legend=about.legend,
        threshold=about.threshold,
        digest=_digest(folder),
        learned_from=about.series,
    )


def _digest(folder: Path) -> str:
    """Return what names a model: its weights, and what it says of itself."""
    found = hashlib.sha256()
    for name in (ABOUT, WEIGHTS):
        found.update((folder / name).read_bytes())
    return f"sha256:{found.hexdigest()}"
