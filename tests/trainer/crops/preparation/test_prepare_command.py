"""`terroir crops prepare`, `split` and `relabel`, as their users run them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from typer.testing import Result

from tests.trainer.commands.terroir_command import terroir
from tests.trainer.crops.preparation.made_observations import (
    padded,
    row,
    write_rows,
)
from tests.trainer.crops.preparation.prepare_runs import RUN, by_box, run
from trainer.commands.crops.prepare import app
from trainer.commands.crops.relabel import app as relabel_app
from trainer.commands.crops.split import app as split_app
from trainer.crops.made_imagery.made_imagery import (
    MadeImagery,
)
from trainer.crops.preparation.part_preparation import PreparedPart, prepare_part
from trainer.crops.series.series_folder import (
    open_series_folder,
    read_codes,
    read_manifest,
    read_places,
)
from trainer.errors import LibraryError, WorkspaceError
from trainer.exit_codes import ExitCode

ARRAYS = ("values.npy", "days.npy", "mask.npy", "scenes.npy")


def test_it_says_what_it_recognised_and_what_it_left_out(
    made: MadeImagery, tmp_path: Path
) -> None:
    done = run(made, tmp_path / "series")

    assert "recognised channels: S2-B01, S2-B02" in done.output
    assert "recognised reflectance: digital numbers of 10000" in done.output
    assert "scene class not 2, 4, 5, 6, 7" in done.output
    assert "48 buckets of 5 days, 12 channels, 7 classes" in done.output


def test_labels_are_those_of_the_raster(made: MadeImagery, series: Path) -> None:
    places, codes = read_places(series), read_codes(series)

    with rasterio.open(made.labels[2021]) as raster:
        expected = raster.read(1)
    here = places.years == 2021
    box, row_of, column = np.array(
        [name.removeprefix("made-").split("-") for name in places.names[here]]
    ).T.astype(int)
    at = box // 2 * 10 + row_of, box % 2 * 10 + column
    np.testing.assert_array_equal(codes[here], expected[at])


def test_rows_follow_box_year_and_place(series: Path) -> None:
    places = read_places(series)

    keys = (one.tolist() for one in (places.boxes, places.years, places.names))
    order = list(zip(*keys, strict=True))
    assert order == sorted(order)


def test_vegetation_greens_up_where_corn_grows(series: Path) -> None:
    found = open_series_folder(series)
    names = [channel.name for channel in found.grid.channels]
    corn = np.flatnonzero(found.places.labels == found.legend.index("corn"))

    batch = found.batch(corn)

    red, infrared = (
        np.ma.masked_array(batch.values, ~batch.mask)[..., names.index(one)]
        for one in ("S2-B04", "S2-B08")
    )
    index = ((infrared - red) / (infrared + red)).mean(axis=0)
    april, august = index[6:12].mean(), index[30:34].mean()
    assert april < 0.3
    assert august > 0.7


def test_small_parts_give_the_same_series_as_one(
    made: MadeImagery, series: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.crops.preparation.preparation.MB", 1000)

    done = run(made, tmp_path / "series", *by_box())

    assert done.exit_code == 0, done.output
    assert "4/4" in done.output
    for name in ARRAYS:
        found = (tmp_path / "series" / name).read_bytes()
        assert found == (series / name).read_bytes(), name


def test_json_tells_programs_all_of_it(made: MadeImagery, tmp_path: Path) -> None:
    done = run(made, tmp_path / "series", "--json")

    told = json.loads(done.stdout)
    assert told["places"] == read_manifest(tmp_path / "series").places
    assert {"name", "kind", "left_out"} <= set(told["counts"][0])


def test_a_stopped_run_goes_on_after_the_last_whole_part(
    made: MadeImagery,
    series: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done_before: list[int] = []

    def stop_at_third(*told: Any) -> PreparedPart:  # noqa: ANN401 - handed on
        if len(done_before) == 2:
            raise KeyboardInterrupt
        done_before.append(1)
        return prepare_part(*told)

    where = "trainer.crops.preparation.preparation.prepare_part"
    monkeypatch.setattr("trainer.crops.preparation.preparation.MB", 1000)
    with monkeypatch.context() as patched:
        patched.setattr(where, stop_at_third)
        stopped = run(made, tmp_path / "series", *by_box())
    after: list[int] = []

    def count(*told: Any) -> PreparedPart:  # noqa: ANN401 - handed on
        after.append(1)
        return prepare_part(*told)

    monkeypatch.setattr(where, count)
    again = run(made, tmp_path / "series", *by_box())

    assert stopped.exit_code == ExitCode.INTERRUPTED
    assert "run the same command again" in stopped.output
    assert again.exit_code == 0, again.output
    assert len(after) == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["series"]
    for name in ARRAYS:
        found = (tmp_path / "series" / name).read_bytes()
        assert found == (series / name).read_bytes(), name


def test_another_order_does_not_go_on_with_what_was_stopped(
    made: MadeImagery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[int] = []

    def stop_at_second(*told: Any) -> PreparedPart:  # noqa: ANN401 - handed on
        if prepared:
            raise KeyboardInterrupt
        prepared.append(1)
        return prepare_part(*told)

    monkeypatch.setattr("trainer.crops.preparation.preparation.MB", 1000)
    with monkeypatch.context() as patched:
        where = "trainer.crops.preparation.preparation.prepare_part"
        patched.setattr(where, stop_at_second)
        run(made, tmp_path / "series", *by_box())

    refused = run(made, tmp_path / "series", *by_box("--steps", 10))

    assert isinstance(refused.exception, WorkspaceError)
    assert "remove that folder" in str(refused.exception)


def test_a_folder_that_is_there_is_refused(made: MadeImagery, tmp_path: Path) -> None:
    (tmp_path / "series").mkdir()

    refused = run(made, tmp_path / "series")

    assert isinstance(refused.exception, WorkspaceError)
    assert not any((tmp_path / "series").iterdir())


def test_codes_of_another_map_need_their_own_legend(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.parquet", padded([row("a")]))
    (tmp_path / "labels.csv").write_text("place,year,name\na,2021,Spelt\n", "utf-8")
    (tmp_path / "legend.yaml").write_text("crops: {700: Spelt, 701: Rye}\n", "utf-8")
    (tmp_path / "classes.yaml").write_text(
        "name: grain\nclasses: {spelt: [700]}\n", "utf-8"
    )
    named = [f"--{one}={tmp_path / one}.yaml" for one in ("legend", "classes")]
    usual = (path, f"--labels={tmp_path / 'labels.csv'}", "--into", tmp_path / "series")

    done = RUN.invoke(
        app, [str(one) for one in (*usual, *named, "--least-observations=1")]
    )

    assert done.exit_code == 0, done.output
    assert open_series_folder(tmp_path / "series").legend == ("spelt",)
    assert read_codes(tmp_path / "series").tolist() == [700]


def test_split_folders_hold_other_years_of_other_land(
    series: Path, tmp_path: Path
) -> None:
    into = tmp_path / "split"
    options = ("--train-years", 2020, "--test-years", 2021, "--test-share", 0.3)

    done = RUN.invoke(
        split_app, [str(one) for one in (series, "--into", into, *options)]
    )

    train, test = (open_series_folder(into / part) for part in ("train", "test"))
    assert done.exit_code == 0, done.output
    assert set(train.places.years) == {2020}
    assert set(test.places.years) == {2021}
    assert set(train.places.boxes).isdisjoint(test.places.boxes)


def relabel(series: Path, into: Path, *more: object) -> Result:
    options = ("--classes", "crops-growing", "--into", into, *more)
    return RUN.invoke(relabel_app, [str(one) for one in (series, *options)])


def test_other_classes_are_tried_without_preparing_again(
    series: Path, tmp_path: Path
) -> None:
    before = open_series_folder(series)

    done = relabel(series, tmp_path / "anew", "--until-day", 119)

    found = open_series_folder(tmp_path / "anew")
    assert done.exit_code == 0, done.output
    assert found.grid.steps == found.values.shape[1] == 12
    np.testing.assert_array_equal(found.values, before.values[:, :12])
    np.testing.assert_array_equal(read_codes(tmp_path / "anew"), read_codes(series))
    bare = found.places.labels == found.legend.index("no crop growing")
    corn = before.places.labels == before.legend.index("corn")
    assert (bare & corn).sum() > 0.8 * corn.sum()  # nothing is up at the end of April
    wheat = before.places.labels == before.legend.index("winter wheat")
    assert (bare & wheat).sum() < 0.2 * wheat.sum()


def test_a_season_is_not_cut_outside_of_it(series: Path, tmp_path: Path) -> None:
    refused = relabel(series, tmp_path / "anew", "--until-day", 20)

    assert isinstance(refused.exception, LibraryError)
    assert "found 20" in str(refused.exception)
    assert not list(tmp_path.iterdir())


def test_the_program_knows_both_commands() -> None:
    found = terroir("crops", "--help").stdout

    assert "prepare" in found
    assert "split" in found
