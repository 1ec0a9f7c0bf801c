"""What `terroir crops prepare` refuses, and that it leaves nothing behind."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.trainer.crops.preparation.made_observations import (
    padded,
    row,
    write_raster,
    write_rows,
)
from tests.trainer.crops.preparation.prepare_runs import RUN, run
from trainer.commands.crops.prepare import app
from trainer.crops.made_imagery.made_imagery import (
    MadeImagery,
)
from trainer.crops.preparation.class_definition import (
    MAIN_CROPS,
    cropland_data_layer,
    read_definition,
)
from trainer.crops.preparation.preparation import Preparation, Resources, prepare
from trainer.crops.preparation.preparation_order import PreparationOrder
from trainer.errors import EngineError, LibraryError, TerroirError
from trainer.exit_codes import ExitCode


@pytest.mark.parametrize(
    ("options", "evidence"),
    [
        (("--area", "0,0,1,1"), "found none"),
        (("--area", "5,0,1,1"), "west < east"),
        (("--area", "nowhere.geojson"), "could not read them"),
        (("--classes", "nothing"), "name one of crops-growing, main-crops"),
        (("--steps", "100"), "at most 366 days"),
        (("--first-day", "0", "--steps", "2"), "found none"),
    ],
)
def test_senseless_options_are_refused_and_nothing_is_written(
    made: MadeImagery, tmp_path: Path, options: tuple[str, ...], evidence: str
) -> None:
    refused = run(made, tmp_path / "series", *options)

    assert isinstance(refused.exception, TerroirError), refused.output
    assert evidence in str(refused.exception)
    assert not list(tmp_path.iterdir())


def test_scene_classes_that_are_no_numbers_are_a_wrong_command_line(
    made: MadeImagery, tmp_path: Path
) -> None:
    refused = run(made, tmp_path / "series", "--scene-classes", "green")

    assert refused.exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("name", "content", "evidence"),
    [
        ("empty", None, "expected Parquet files"),
        ("broken.parquet", b"nothing", "could not read it"),
        ("missing.parquet", None, "expected Parquet files"),
    ],
)
def test_observations_that_cannot_be_read_are_refused(
    tmp_path: Path, name: str, content: bytes | None, evidence: str
) -> None:
    path = tmp_path / name
    if content:
        path.write_bytes(content)
    elif not path.suffix:
        path.mkdir()

    refused = RUN.invoke(app, [str(path), "--into", str(tmp_path / "series")])

    assert isinstance(refused.exception, LibraryError)
    assert evidence in str(refused.exception)
    assert not (tmp_path / "series").exists()


@pytest.mark.parametrize(
    ("more", "evidence"),
    [
        ([row("a"), row("a", longitude=-93.0)], "one position for each place"),
        ([row("a"), row("a", box="east")], "one box for each place"),
    ],
)
def test_a_place_that_stands_for_several_is_refused(
    tmp_path: Path, more: list[dict[str, Any]], evidence: str
) -> None:
    path = write_rows(tmp_path / "rows.parquet", padded(more))

    refused = RUN.invoke(app, [str(path), "--into", str(tmp_path / "series")])

    assert isinstance(refused.exception, LibraryError)
    assert evidence in str(refused.exception)


@pytest.mark.parametrize(
    ("changed", "evidence"),
    [
        ({"date": "12.04.2021"}, "invalid date"),
        ({"date": b"1234"}, "found bytes"),
        ({"SCL": "cloud"}, "Could not convert string"),
        ({"B04": "bright"}, "expected numbers in B04"),
        ({"latitude": 142.0}, "no position on Earth"),
    ],
)
def test_numbers_and_dates_that_are_none_are_refused(
    tmp_path: Path, changed: dict[str, Any], evidence: str
) -> None:
    rows = [{**one, **changed} for one in padded([row("a")])]
    path = write_rows(tmp_path / "rows.parquet", rows)

    refused = RUN.invoke(app, [str(path), "--into", str(tmp_path / "series")])

    assert isinstance(refused.exception, LibraryError)
    assert evidence in str(refused.exception)
    assert "\n" not in str(refused.exception)
    assert [one.name for one in tmp_path.iterdir()] == ["rows.parquet"]


def test_a_place_in_two_tiles_is_refused_even_in_two_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.crops.preparation.preparation.MB", 1)
    folder = tmp_path / "observations"
    for tile in ("15TVG", "15TWG"):
        rows = [{k: v for k, v in one.items() if k != "box"} for one in padded([])]
        write_rows(folder / f"tile={tile}" / "rows.parquet", rows)

    refused = RUN.invoke(app, [str(folder), "--into", str(tmp_path / "series")])

    assert isinstance(refused.exception, LibraryError)
    assert "found several for 1, such as zz" in str(refused.exception)
    assert not (tmp_path / "series").exists()


def test_too_little_memory_is_told_apart_from_wrong_observations(
    made: MadeImagery, tmp_path: Path
) -> None:
    order = PreparationOrder(
        observations=str(made.observations),
        labels=(),
        classes=read_definition(MAIN_CROPS),
    )
    asked = Preparation(order, cropland_data_layer(), tmp_path / "series")

    with pytest.raises(EngineError, match="give more with --memory"):
        prepare(asked, Resources(memory_mb=2, threads=1), lambda _: None)

    assert not list(tmp_path.iterdir())


def test_files_with_different_columns_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "observations"
    write_rows(folder / "a.parquet", padded([row()]))
    pq.write_table(
        pa.Table.from_pylist(padded([row()])).drop(["B08"]), folder / "b.parquet"
    )

    refused = RUN.invoke(app, [str(folder), "--into", str(tmp_path / "series")])

    assert "found B08 in some only" in str(refused.exception)


@pytest.mark.parametrize(
    ("labels", "evidence"),
    [
        (("cdl.tif",), "the year of a raster"),
        (("2021=cdl.tif", "labels.csv"), "name one kind"),
        (("2020=nowhere.tif",), "found no file there"),
    ],
)
def test_labels_that_are_misnamed_are_refused(
    tmp_path: Path, labels: tuple[str, ...], evidence: str
) -> None:
    path = write_rows(tmp_path / "rows.parquet", padded([row()]))
    write_raster(tmp_path / "cdl.tif", np.ones((3, 3), dtype=np.uint8))
    named = [f"--labels={one}" for one in labels]

    refused = RUN.invoke(app, [str(path), *named, "--into", str(tmp_path / "series")])

    assert isinstance(refused.exception, LibraryError)
    assert evidence in str(refused.exception)


@pytest.mark.parametrize(
    ("classes", "evidence"),
    [
        ("name: x\nclasses: {a: [1], b: [1]}\n", "each code in one class"),
        ("name: x\nclasses: {}\n", "found none"),
        ("name: x\nclass: {a: [1]}\n", "expected classes in"),
    ],
)
def test_classes_that_cannot_be_told_apart_are_refused(
    tmp_path: Path, classes: str, evidence: str
) -> None:
    path = tmp_path / "classes.yaml"
    path.write_text(classes, encoding="utf-8")

    refused = RUN.invoke(
        app, ["rows", "--into", str(tmp_path / "series"), f"--classes={path}"]
    )

    assert isinstance(refused.exception, LibraryError)
    assert evidence in str(refused.exception)
