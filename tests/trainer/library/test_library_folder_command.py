"""`terroir library` on folders, as its users run it."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from protocols.wavelength_grid import WavelengthGrid
from tests.trainer.library.made_tables import (
    lucas_columns,
    made_carbon,
    ossl_columns,
    write_csv,
)
from trainer.commands.library import app
from trainer.errors import LibraryError
from trainer.exit_codes import ExitCode
from trainer.library.parquet_table import read_library
from trainer.library.sources.soil_source import SoilBatch
from trainer.library.sources.table_source import TableSource
from trainer.library.splits import leave_farm_out, load_split

RUN = CliRunner()


def run(*arguments: object) -> Result:
    return RUN.invoke(app, [str(one) for one in arguments])


@pytest.fixture
def ossl(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "ossl.csv", ossl_columns(60))


@pytest.fixture
def imported(ossl: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    done = run("import", ossl, "--into", folder, "--licence", "CC BY 4.0")
    assert done.exit_code == 0, done.output
    return folder


def test_an_import_says_what_it_recognised_and_why(ossl: Path, tmp_path: Path) -> None:
    done = run("import", ossl, "--into", tmp_path / "library")

    assert "recognised axis: 420 to 2440 nm, ascending" in done.output
    assert "recognised quantity: fraction" in done.output
    assert "its OSSL name" in done.output
    assert "60 soils of ossl, 60 in all" in done.output


def test_another_table_is_added_on_the_librarys_grid(
    imported: Path, tmp_path: Path
) -> None:
    lucas = write_csv(tmp_path / "lucas.csv", lucas_columns(30))

    done = run("import", lucas, "--into", imported)

    library = read_library(imported)
    assert done.exit_code == 0, done.output
    assert len(library.soils) == 90
    assert library.places is not None


def test_a_refused_table_leaves_the_library_as_it_was(
    imported: Path, tmp_path: Path
) -> None:
    columns = ossl_columns(20)
    columns["SOC"] = columns.pop("oc_usda.c729_w.pct")
    before = read_library(imported).digest

    done = run("import", write_csv(tmp_path / "x.csv", columns), "--into", imported)

    assert isinstance(done.exception, LibraryError)
    assert read_library(imported).digest == before


def test_an_interrupted_import_ends_with_its_code_and_goes_on(
    ossl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(source: TableSource, grid: WavelengthGrid) -> Iterator[SoilBatch]:
        del source, grid
        raise KeyboardInterrupt

    into = tmp_path / "library"
    with monkeypatch.context() as patched:
        patched.setattr(TableSource, "batches", stop)
        stopped = run("import", ossl, "--into", into)
    done = run("import", ossl, "--into", into)

    assert stopped.exit_code == ExitCode.INTERRUPTED
    assert done.exit_code == 0, done.output
    assert len(read_library(into).soils) == 60


def test_fields_of_one_survey_are_held_back_together(tmp_path: Path) -> None:
    into = tmp_path / "library"

    done = run("import", "limesoda", "--into", into, "--grid", "440:2150:10")

    library = read_library(into)
    folds = leave_farm_out(library.farms, library.groups)
    held = [{library.farms[row] for row in fold.test} for fold in folds]
    assert done.exit_code == 0, done.output
    assert {"ssp-58", "mg-44"} in held
    assert {"ssp-460"} in held


def test_organic_matter_stays_apart_in_a_folder(tmp_path: Path) -> None:
    into = tmp_path / "library"

    run("import", "limesoda", "--into", into)

    library = read_library(into)
    field = library.only_farm("sl-125")
    assert library.targets == ("oc_usda.c729_w.pct", "om_any_w.pct")
    assert field.values[:, 1].min() == 2.0
    assert (field.values[:, 0] != field.values[:, 0]).all()


def test_a_table_of_scans_is_joined_to_the_laboratorys(tmp_path: Path) -> None:
    columns = lucas_columns(30)
    analysed = {"point": columns["PointID"], "OC (g/kg)": columns.pop("OC")}
    scans = write_csv(tmp_path / "scans.csv", columns)
    laboratory = write_csv(tmp_path / "laboratory.csv", analysed)
    (tmp_path / "map.toml").write_text('laboratory_sample = "point"\n')

    done = run(
        *("import", scans, "--laboratory", laboratory),
        *("--map", tmp_path / "map.toml", "--into", tmp_path / "library"),
    )

    library = read_library(tmp_path / "library")
    assert "30 of 30 scans have laboratory values" in done.output
    np.testing.assert_allclose(library.values[:, 0], made_carbon(30), rtol=1e-9)
    assert library.farms[0] == "BE"


def test_converted_matter_is_carbon_and_nothing_else(tmp_path: Path) -> None:
    into = tmp_path / "library"

    done = run("import", "limesoda", "--into", into, "--organic-matter", "convert")

    library = read_library(into)
    assert library.targets == ("oc_usda.c729_w.pct",)
    assert "organic matter divided by 1.724 in sl-125, ul-120" in done.output


def test_showing_a_folder_tells_sources_to_programs(imported: Path) -> None:
    shown = json.loads(run("show", imported, "--json").output)

    assert shown["licence"] == "CC BY 4.0"
    assert shown["sources"][0]["soils"] == 60
    assert shown["repeated"]["groups"] == 0


def test_showing_a_folder_prints_its_sources(imported: Path) -> None:
    shown = run("show", imported).output

    assert "SET.1" in shown
    assert "CC BY 4.0" in shown
    assert "no repeated scans" in shown


def test_a_page_holds_the_drawing_and_what_was_recognised(
    imported: Path, tmp_path: Path
) -> None:
    page = tmp_path / "library.html"

    run("show", imported, "--plot", page)

    text = page.read_text(encoding="utf-8")
    assert '<svg role="img"' in text
    assert "Spectra: median" in text
    assert "stated by the columns" in text
    assert not any(one in text for one in ("<script", "<link", 'src="'))


def test_a_picture_is_drawn(imported: Path, tmp_path: Path) -> None:
    run("show", imported, "--plot", tmp_path / "library.png")

    assert (tmp_path / "library.png").read_bytes().startswith(b"\x89PNG")


def test_a_drawing_of_another_kind_is_refused(imported: Path, tmp_path: Path) -> None:
    done = run("show", imported, "--plot", tmp_path / "library.doc")

    assert isinstance(done.exception, LibraryError)


def test_a_split_is_saved_for_its_library(imported: Path, tmp_path: Path) -> None:
    out = tmp_path / "split.json"

    done = run("split", imported, "--kind", "grouped", "--folds", 4, "--out", out)

    split = load_split(out, read_library(imported).digest)
    assert done.exit_code == 0, done.output
    assert [len(fold.test) for fold in split.folds] == [15, 15, 15, 15]


@pytest.mark.parametrize(
    ("arguments", "evidence"),
    [
        (("--into", "one.parquet"), "limesoda only"),
        (("--into", "x", "--without", "cv-98"), "for limesoda only"),
        (("--into", "x", "--sample-pattern", "(.*)"), "with a folder of scans"),
        (("--into", "x", "--grid", "wide"), "expected a grid such as"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    ossl: Path, arguments: tuple[str, ...], evidence: str
) -> None:
    done = run("import", ossl, *arguments)

    assert isinstance(done.exception, LibraryError)
    assert evidence in str(done.exception)
