"""Open whatever tells crops: a model's folder."""

import hashlib
from pathlib import Path

from trainer.crops.model_folder import ABOUT, WEIGHTS, read_crop_model
from trainer.crops.prediction.module_teller import ModuleTeller


def open_teller(path: Path) -> ModuleTeller:
    """Open a model that tells crops, or say that there is none."""
    model, about = read_crop_model(path)
    return ModuleTeller(
        module=model,
        grid=about.grid,
        legend=about.legend,
        threshold=about.threshold,
        digest=_digest(path),
        learned_from=about.series,
    )


def _digest(path: Path) -> str:
    """Return what names a model: its weights, and what it says of itself."""
    found = hashlib.sha256()
    for name in (ABOUT, WEIGHTS):
        found.update((path / name).read_bytes())
    return f"sha256:{found.hexdigest()}"
