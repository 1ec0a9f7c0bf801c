"""Observations alone are enough: they are prepared as the model wants them."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.trainer.crops.crop_command import CropCommand
from tests.trainer.crops.made_series import GRID
from trainer.crops.made_imagery.made_imagery import MadeOrder, write_made_imagery
from trainer.crops.series.series_folder import read_manifest
from trainer.exit_codes import ExitCode


@pytest.fixture(scope="module")
def observations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imagery")
    made = write_made_imagery(folder, MadeOrder(boxes=1, side=10, years=(2021,)))
    return made.observations


def test_parquet_of_observations_becomes_parquet_of_predictions(
    crops: CropCommand, observations: Path, crop_model: Path, tmp_path: Path
) -> None:
    asked = (
        *("predict", "--observations", observations, "--model", crop_model),
        *("--out", tmp_path / "told", "--on", "08-01"),
    )

    done = crops(*asked)
    again = crops(*asked)

    assert done.code == ExitCode.DONE, done.err
    table = pq.read_table(tmp_path / "told")
    assert len(table) == 100
    assert table["grown"].null_count == 100
    assert table["field"].to_pylist()[0].startswith("made-000-f")
    grid = read_manifest(tmp_path / "told-series").grid
    assert (grid.first_day, grid.bucket_days, grid.steps) == (
        GRID.first_day,
        GRID.bucket_days,
        GRID.steps,
    )
    assert again.code == ExitCode.DONE
    assert "0 answers now" in again.out


def test_series_of_other_observations_are_not_taken_for_them(
    crops: CropCommand, observations: Path, crop_model: Path, tmp_path: Path
) -> None:
    crops(
        *("predict", "--observations", observations, "--model", crop_model),
        *("--out", tmp_path / "told"),
    )

    done = crops(
        *("predict", "--observations", observations / "box=made-000"),
        *("--model", crop_model, "--out", tmp_path / "told"),
    )

    assert done.code == ExitCode.WORKSPACE
    assert "predict into another one" in done.err


def test_either_series_or_observations_are_asked_of(
    crops: CropCommand, crop_model: Path, tmp_path: Path
) -> None:
    done = crops("predict", "--model", crop_model, "--out", tmp_path / "told")

    assert done.code == ExitCode.USAGE
    assert "one of --series and --observations" in done.err
