"""A command is pointed at soils, and reads them whether imported or not."""

from pathlib import Path

import numpy as np
import pytest

from protocols.wavelength_grid import WavelengthGrid
from tests.trainer.library.made_tables import (
    AXIS,
    made_carbon,
    made_reflectance,
    ossl_columns,
    spectral,
    write_csv,
    write_parquet,
)
from tests.trainer.localisation.made_soils import CARBON, CLAY, GRID, made_library
from trainer.errors import LibraryError
from trainer.library.library_import import ImportOrder, import_source
from trainer.library.opened_soils import open_farm_soils, open_library
from trainer.library.parquet_table import write_library
from trainer.library.sources.reading_order import ReadingOrder
from trainer.library.sources.table_source import table_source

COARSER = WavelengthGrid(first=500.0, step=40.0, bands=40)


def test_a_table_and_its_import_are_the_same_soils(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "ossl.csv", ossl_columns(40))
    source = table_source(table, ReadingOrder())
    import_source(tmp_path / "library", source, ImportOrder("x"), lambda _: None)

    opened, imported = open_library(table), open_library(tmp_path / "library")

    assert opened.soils[0] == "s3-0"
    assert imported.soils[0] == "ossl:s3-0"
    assert opened.groups == imported.groups
    np.testing.assert_array_equal(opened.spectra, imported.spectra)
    np.testing.assert_array_equal(opened.values, imported.values)


def test_a_library_file_is_told_from_a_bare_parquet_table(tmp_path: Path) -> None:
    library = made_library()
    write_library(library, tmp_path / "library.parquet")
    table = write_parquet(tmp_path / "table.parquet", ossl_columns(20))

    assert open_library(tmp_path / "library.parquet").digest == library.digest
    assert len(open_library(table).soils) == 20


def test_farm_soils_come_on_the_librarys_bands_and_targets(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "farm.csv", ossl_columns(20))

    farm = open_farm_soils(table, COARSER, (CLAY, CARBON))

    assert farm.grid == COARSER
    assert farm.targets == (CLAY, CARBON)
    assert np.isnan(farm.values[:, 0]).all()
    np.testing.assert_allclose(farm.values[:, 1], made_carbon(20))
    assert f"no column of {CLAY} in farm, found {CARBON}" in farm.remarks


def test_a_library_as_a_farm_is_resampled(tmp_path: Path) -> None:
    write_library(made_library(), tmp_path / "library.parquet")

    farm = open_farm_soils(tmp_path / "library.parquet", COARSER, (CARBON,))

    assert farm.spectra.shape == (160, COARSER.bands)


def test_a_farm_without_any_laboratory_column_has_no_values(tmp_path: Path) -> None:
    columns = ossl_columns(20)
    del columns[CARBON]
    table = write_csv(tmp_path / "farm.csv", columns)

    farm = open_farm_soils(table, GRID, (CARBON,))

    assert np.isnan(farm.values).all()


def test_rows_without_a_scan_are_left_out_and_told(tmp_path: Path) -> None:
    columns = ossl_columns(20)
    reflectance = made_reflectance(20)
    reflectance[4] = np.nan
    columns |= spectral("scan_visnir.{:g}_ref", reflectance, AXIS)

    opened = open_library(write_parquet(tmp_path / "gaps.parquet", columns))

    assert "s3-4" not in opened.soils
    assert len(opened.soils) == 19
    assert any(
        "left out 1 of its soils, no scan" in remark for remark in opened.remarks
    )


def test_a_farm_that_does_not_reach_the_grid_is_told_what_to_do(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "farm.csv", ossl_columns(20))
    wide = WavelengthGrid(first=350.0, step=10.0, bands=200)

    with pytest.raises(LibraryError, match=r"350 to 2340 nm.*--grid"):
        open_farm_soils(table, wide, (CARBON,))


def test_spectra_of_another_kind_are_refused(tmp_path: Path) -> None:
    write_library(made_library(), tmp_path / "library.parquet")
    infrared = WavelengthGrid(first=600.0, step=8.0, bands=400, unit="cm-1")

    with pytest.raises(LibraryError, match=r"expected spectra in cm-1"):
        open_farm_soils(tmp_path / "library.parquet", infrared, (CARBON,))


@pytest.mark.parametrize("name", ["nothing.csv", "nothing.parquet"])
def test_what_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LibraryError, match="found no file"):
        open_library(tmp_path / name)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.parquet").write_bytes(b"PAR1 it is not")

    with pytest.raises(LibraryError, match="found another file"):
        open_library(tmp_path / "odd.parquet")
