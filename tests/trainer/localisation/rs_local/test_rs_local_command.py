"""`terroir rs-local`, as its users run it."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tests.trainer.library.made_tables import made_carbon, ossl_columns, write_csv
from tests.trainer.localisation.made_soils import CARBON, made_library
from trainer.commands.rs_local import app
from trainer.errors import CalibrationError, LibraryError
from trainer.exit_codes import ExitCode
from trainer.library.parquet_table import write_library
from trainer.localisation.rs_local.instance_search import SearchProgress, search

RUN = CliRunner()
QUICK = ("--k", 40, "--b", 5, "--retain", 0.8, "--components", 4, "--threads", 1)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.parquet"
    write_library(made_library(), path)
    return path


@pytest.fixture
def farm(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "farm.csv", ossl_columns(12))


def run(library: Path, farm: Path, *others: object) -> Result:
    out = library.parent / "ids.csv"
    asked = ("--library", library, "--samples", farm, "--target", CARBON, "--out", out)
    return RUN.invoke(app, [str(one) for one in (*asked, *QUICK, *others)])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_soil_is_listed_with_how_often_it_was_kept(
    library: Path, farm: Path
) -> None:
    done = run(library, farm, "--runs", 3)

    rows = rows_of(library.parent / "ids.csv")
    assert done.exit_code == 0, done.output
    assert {row["id.sample"] for row in rows} == set(made_library().soils)
    assert [int(row["rank"]) for row in rows] == list(range(1, 161))
    times = [int(row["times_kept"]) for row in rows]
    assert times == sorted(times, reverse=True)
    assert [row["kept"] for row in rows].count("true") == 40
    assert float(rows[0]["share"]) == pytest.approx(times[0] / 3)


def test_a_person_is_told_where_they_come_from_and_how_runs_agree(
    library: Path, farm: Path
) -> None:
    done = run(library, farm, "--runs", 3)

    assert "40 of 160 soils are kept most often by 3 runs" in done.output
    assert "they come from farm-" in done.output
    assert "of what they keep (Jaccard, median" in done.output
    assert "caution: each soil is drawn 5 times a round" in done.output


def test_one_run_is_no_answer(library: Path, farm: Path) -> None:
    done = run(library, farm, "--runs", 1)

    assert "--runs 10 says which soils are kept again and again" in done.output


def test_programs_read_the_same(library: Path, farm: Path) -> None:
    done = run(library, farm, "--runs", 2, "--json")

    told = json.loads(done.stdout)
    kept = [row for row in rows_of(library.parent / "ids.csv") if row["kept"] == "true"]
    assert told["soils"] == [row["id.sample"] for row in kept]
    assert told["settings"]["keep"] == 40
    assert len(told["overlaps"]) == 1
    assert sum(one["soils"] for one in told["farms"]) == 40


def test_a_table_serves_as_library_and_a_library_as_farm(
    library: Path, tmp_path: Path
) -> None:
    table = write_csv(tmp_path / "table.csv", ossl_columns(60, seed=8))

    done = run(table, library, "--runs", 1)

    assert done.exit_code == 0, done.output
    assert len(rows_of(tmp_path / "ids.csv")) == 60


@pytest.mark.parametrize(
    "options",
    [
        ("--score", "reconstruction"),
        ("--retention", "probabilistic"),
        ("--grouped",),
        ("--quantity", "as-given"),
    ],
)
def test_every_option_selects(
    library: Path, farm: Path, options: tuple[str, ...]
) -> None:
    done = run(library, farm, "--runs", 1, *options)

    assert done.exit_code == 0, done.output


def test_distributions_are_drawn(library: Path, farm: Path, tmp_path: Path) -> None:
    run(library, farm, "--runs", 1, "--figure", tmp_path / "shown.png")

    assert (tmp_path / "shown.png").read_bytes().startswith(b"\x89PNG")


def test_distributions_are_drawn_without_labels(library: Path, tmp_path: Path) -> None:
    columns = ossl_columns(12)
    del columns[CARBON]
    farm = write_csv(tmp_path / "farm.csv", columns)
    figure = tmp_path / "shown.png"

    done = run(library, farm, "--score", "reconstruction", "--figure", figure)

    assert done.exit_code == 0, done.output
    assert figure.exists()


def test_soils_of_the_farm_in_the_library_are_cautioned_of(library: Path) -> None:
    done = run(library, library, "--runs", 1)

    assert "160 of the farm's 160 soils are in the library too" in done.output


def test_a_stopped_search_writes_nothing(
    library: Path, farm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*asked: object) -> None:
        watch = asked[3]
        assert callable(watch)
        watch(SearchProgress(1, 2, 3))
        raise KeyboardInterrupt

    place = "trainer.localisation.rs_local.repeated_selection"
    monkeypatch.setattr(f"{place}.{search.__name__}", stop)

    done = run(library, farm)

    assert done.exit_code == ExitCode.INTERRUPTED
    assert "stopped; nothing was written" in done.output
    assert not (library.parent / "ids.csv").exists()


@pytest.mark.parametrize(
    ("others", "kind", "evidence"),
    [
        (("--k", 160), CalibrationError, "fewer than the library's 160 soils"),
        (("--retain", 1.5), CalibrationError, "between 0 and 1, found 1.5"),
        (("--target", "ph_index"), LibraryError, f"{CARBON}, found 'ph_index'"),
        (("--figure", "x.doc"), LibraryError, "ends with .png, found x.doc"),
    ],
)
def test_bad_orders_are_refused_before_anything_is_written(
    library: Path,
    farm: Path,
    others: tuple[object, ...],
    kind: type[Exception],
    evidence: str,
) -> None:
    done = run(library, farm, *others)

    assert isinstance(done.exception, kind)
    assert evidence in str(done.exception)
    assert not (library.parent / "ids.csv").exists()


def test_two_labels_are_too_few_to_score_responses(
    library: Path, tmp_path: Path
) -> None:
    columns = ossl_columns(12)
    carbon = made_carbon(12)
    columns[CARBON] = np.where(np.arange(12) < 2, carbon, np.nan)
    farm = write_csv(tmp_path / "farm.csv", columns)

    done = run(library, farm)

    assert isinstance(done.exception, CalibrationError)
    assert "at least 3 labelled soils" in str(done.exception)
