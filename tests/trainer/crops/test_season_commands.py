"""From a model and series to answers, by the commands that users type."""

import json
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from tests.trainer.crops.crop_command import CropCommand
from tests.trainer.crops.made_series import GRID, LEGEND, made_series
from trainer.crops.series.series_folder import (
    MANIFEST_FILE,
    read_manifest,
    write_manifest,
    write_series_folder,
)
from trainer.exit_codes import ExitCode

ON = ("--on", "06-20", "--on", "299")


@pytest.fixture
def predicted(
    crops: CropCommand, crop_model: Path, crop_series: Path, tmp_path: Path
) -> Path:
    for name in ("held-back", "asked"):
        done = crops(
            *("predict", "--model", crop_model, "--series", crop_series / name),
            *("--out", tmp_path / name, *ON),
        )
        assert done.code == ExitCode.DONE, done.err
    return tmp_path


def test_season_is_judged_and_predictions_follow_it(
    crops: CropCommand, crop_model: Path, crop_series: Path, tmp_path: Path
) -> None:
    asked = ("--model", crop_model, "--series", crop_series / "held-back")

    judged = crops(
        *("evaluate", *asked, "--out", tmp_path / "season", "--json"),
        *("--on", "130", "170", "190", "299"),
    )
    told = crops(
        *("predict", *asked, "--season", tmp_path / "season"),
        *("--out", tmp_path / "told", "--on", "07-15", "--json"),
    )

    assert judged.code == ExitCode.DONE, judged.err
    found = json.loads(judged.out)
    assert found["dates"][0]["macro_f1"] < found["dates"][-1]["macro_f1"]
    assert (tmp_path / "season" / "report.html").is_file()
    assert told.code == ExitCode.DONE, told.err
    manifest = json.loads((tmp_path / "told" / "_prediction.json").read_text())
    at = max(one for one in found["record"]["days"] if one <= 195)
    thresholds = dict(
        zip(found["record"]["days"], found["record"]["thresholds"], strict=True)
    )
    assert manifest["thresholds"] == [thresholds[at]]
    assert json.loads(told.out)["places"] == 1024


def test_table_of_dates_is_shown(
    crops: CropCommand, crop_model: Path, crop_series: Path, tmp_path: Path
) -> None:
    done = crops(
        *("evaluate", "--model", crop_model, "--series", crop_series / "held-back"),
        *("--out", tmp_path / "season", "--on", "06-20", "299"),
    )

    assert done.code == ExitCode.DONE, done.err
    assert "06-20" in done.out
    assert "macro-F1" in done.out
    assert "report: " in done.out


def test_fields_and_areas_are_told(crops: CropCommand, predicted: Path) -> None:
    done = crops(
        *("fields", "--predictions", predicted / "asked"),
        *("--held-back", predicted / "held-back", "--out", predicted / "fields"),
        "--json",
    )

    assert done.code == ExitCode.DONE, done.err
    dates = json.loads(done.out)["dates"]
    assert [one["day"] for one in dates] == [170, 299]
    area = sum(one["area_ha"] for one in dates[-1]["areas"])
    assert area == pytest.approx(576 * 0.04, rel=0.01)
    table = pq.read_table(predicted / "fields" / "fields.parquet")
    assert len(table) == 2 * 36
    assert set(table["crop"].to_pylist()) <= set(LEGEND)


def test_finished_prediction_is_not_made_again(
    crops: CropCommand, crop_model: Path, crop_series: Path, predicted: Path
) -> None:
    part = predicted / "asked" / "part-00000.parquet"
    before = part.stat().st_mtime_ns

    done = crops(
        *("predict", "--model", crop_model, "--series", crop_series / "asked"),
        *("--out", predicted / "asked", *ON, "--json"),
    )

    assert json.loads(done.out)["answers"] == 0
    assert part.stat().st_mtime_ns == before


def test_series_without_labels_cannot_judge(
    crops: CropCommand, crop_model: Path, crop_series: Path, tmp_path: Path
) -> None:
    done = crops(
        *("evaluate", "--model", crop_model, "--series", crop_series / "asked"),
        *("--out", tmp_path / "season"),
    )

    assert done.code == ExitCode.REFUSED
    assert "found none; prepare the series with labels" in done.err
    assert not (tmp_path / "season").exists()


def test_report_is_not_written_over(
    crops: CropCommand, crop_model: Path, crop_series: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    done = crops(
        *("evaluate", "--model", crop_model, "--series", crop_series / "held-back"),
        *("--out", tmp_path),
    )

    assert done.code == ExitCode.WORKSPACE
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]


def test_series_of_another_grid_are_refused(
    crops: CropCommand, crop_model: Path, tmp_path: Path
) -> None:
    write_series_folder(tmp_path / "series", made_series())
    manifest = read_manifest(tmp_path / "series")
    channels = (msgspec.structs.replace(GRID.channels[0], name="S2-B05"),)
    other = msgspec.structs.replace(
        manifest.grid, channels=(*channels, GRID.channels[1])
    )
    write_manifest(tmp_path / "series", msgspec.structs.replace(manifest, grid=other))

    done = crops(
        *("predict", "--model", crop_model, "--series", tmp_path / "series"),
        *("--out", tmp_path / "told"),
    )

    assert done.code == ExitCode.REFUSED
    assert "expected series with S2-B04 (1)" in done.err
    assert not (tmp_path / "told").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--on", "13-45"), "such as 07-15"),
        (("--on", "01-10"), "from day 60"),
        (("--season", "nowhere"), "terroir crops evaluate"),
    ],
)
def test_order_that_makes_no_sense_is_refused(
    crops: CropCommand,
    crop_model: Path,
    crop_series: Path,
    tmp_path: Path,
    options: tuple[str, str],
    message: str,
) -> None:
    done = crops(
        *("predict", "--model", crop_model, "--series", crop_series / "asked"),
        *("--out", tmp_path / "told", *options),
    )

    assert done.code == ExitCode.REFUSED
    assert message in done.err
    assert not (tmp_path / "told").exists()


def test_missing_folders_are_told_with_the_next_step(
    crops: CropCommand, crop_model: Path, tmp_path: Path
) -> None:
    series = crops(
        *("predict", "--model", crop_model, "--series", tmp_path / "none"),
        *("--out", tmp_path / "told"),
    )
    fields = crops(
        *("fields", "--predictions", tmp_path / "none", "--held-back", tmp_path),
        *("--out", tmp_path / "fields"),
    )

    assert "terroir crops prepare" in series.err
    assert "terroir crops predict" in fields.err
    assert MANIFEST_FILE in series.err


def test_map_is_drawn(crops: CropCommand, predicted: Path) -> None:
    done = crops(
        *("map", "--predictions", predicted / "asked", "--title", "Home farm"),
        *("--out", predicted / "map", "--json"),
    )

    assert done.code == ExitCode.DONE, done.err
    written = json.loads(done.out)
    assert written["crs"] == "EPSG:4326"
    assert len(written["rasters"]) == 4
    assert "Home farm" in Path(written["page"]).read_text()
    assert sorted(one.name for one in predicted.iterdir()) == [
        "asked",
        "held-back",
        "map",
    ]


def test_map_is_not_drawn_over_another(crops: CropCommand, predicted: Path) -> None:
    before = sorted((predicted / "held-back").iterdir())

    done = crops(
        *("map", "--predictions", predicted / "asked"),
        *("--out", predicted / "held-back"),
    )

    assert done.code == ExitCode.WORKSPACE
    assert sorted((predicted / "held-back").iterdir()) == before
