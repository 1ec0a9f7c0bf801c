"""Commands in this process, and a model and series that they may read."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.crops.crop_command import CropCommand
from tests.trainer.crops.made_model import write_made_model
from tests.trainer.crops.made_series import MadeOrder, made_series
from trainer.crops.series.series_folder import write_series_folder


@pytest.fixture
def crops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CropCommand:
    return CropCommand(monkeypatch, capsys)


@pytest.fixture(scope="session")
def crop_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small model once."""
    folder = tmp_path_factory.mktemp("crops") / "model"
    write_made_model(folder)
    return folder


@pytest.fixture(scope="session")
def crop_series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write two landscapes: `held-back` with labels, `asked` without."""
    folder = tmp_path_factory.mktemp("crops")
    held = made_series(MadeOrder(seed=3, fields_across=8))
    write_series_folder(folder / "held-back", held)
    asked = made_series(MadeOrder(seed=4))
    unknown = np.full(len(asked), -1, np.int16)
    write_series_folder(
        folder / "asked", replace(asked, places=replace(asked.places, labels=unknown))
    )
    return folder
