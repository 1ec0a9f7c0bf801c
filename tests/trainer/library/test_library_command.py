"""`terroir library` as its users run it."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trainer.commands.library import app
from trainer.errors import LibraryError
from trainer.library.limesoda import read_farm
from trainer.library.parquet_table import read_library
from trainer.library.recognition.soil_properties import ORGANIC_CARBON

RUN = CliRunner()


def test_importing_without_the_customer_leaves_the_customer_out(tmp_path: Path) -> None:
    into = tmp_path / "library.parquet"

    done = RUN.invoke(
        app, ["import", "limesoda", "--without", "ssp-460", "--into", str(into)]
    )

    assert done.exit_code == 0, done.output
    assert read_library(into).farm_names == ("cv-98", "sc-93")


def test_a_mistyped_customer_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    into = tmp_path / "library.parquet"

    done = RUN.invoke(
        app, ["import", "limesoda", "--without", "ssp460", "--into", str(into)]
    )

    assert isinstance(done.exception, LibraryError)
    assert not into.exists()


def test_showing_tells_farms_and_digest_to_programs(tmp_path: Path) -> None:
    into = tmp_path / "library.parquet"
    RUN.invoke(app, ["import", "limesoda", "--into", str(into)])

    shown = json.loads(RUN.invoke(app, ["show", str(into), "--json"]).output)

    assert [one["farm"] for one in shown["farms"]] == ["cv-98", "sc-93", "ssp-460"]
    assert shown["digest"] == read_library(into).digest


def test_showing_prints_a_table_for_people(tmp_path: Path) -> None:
    into = tmp_path / "library.parquet"
    arguments = ["import", "limesoda", "--organic-matter", "convert"]
    RUN.invoke(app, [*arguments, "--into", str(into)])

    shown = RUN.invoke(app, ["show", str(into)]).output

    assert "ssp-460" in shown
    assert "1.724" in shown


def test_an_exported_farm_has_its_scans_on_its_own_bands(tmp_path: Path) -> None:
    into = tmp_path / "farm.csv"

    done = RUN.invoke(app, ["export-farm", "limesoda", "cv-98", "--into", str(into)])

    assert done.exit_code == 0, done.output
    with into.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    scans = read_farm("cv-98")
    assert [row["id.sample"] for row in rows] == list(scans.soils)
    assert float(rows[5][ORGANIC_CARBON]) == pytest.approx(scans.carbon[5], rel=1e-5)
    assert float(rows[5]["scan_visnir.1500_ref"]) == pytest.approx(
        float(scans.spectra[5, 1150]), rel=1e-5
    )
