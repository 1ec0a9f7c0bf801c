"""A folder of scans is joined to its laboratory table, or says why not."""

from pathlib import Path

import numpy as np
import pytest

from tests.simulators.instrument_files import asd_bytes, sed_bytes
from tests.trainer.library.made_tables import AXIS, made_reflectance
from trainer.errors import LibraryError
from trainer.library.sources.column_map import ColumnMap
from trainer.library.sources.laboratory_table import (
    NO_LABORATORY,
    LaboratoryTable,
    read_laboratory_table,
)
from trainer.library.sources.reading_order import ReadingOrder
from trainer.library.sources.scan_folder import scan_folder

NM = np.arange(350.0, 1000.0)
REFLECTANCE = np.linspace(0.1, 0.4, NM.size)
PLAIN = ReadingOrder()


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Return a folder with an ASD and a Spectral Evolution scan."""
    folder = tmp_path / "scans"
    folder.mkdir()
    white = np.full(NM.size, 20_000.0)
    (folder / "A1.asd").write_bytes(asd_bytes(REFLECTANCE * white, white))
    (folder / "A2.sed").write_bytes(sed_bytes(100 * REFLECTANCE))
    return folder


@pytest.fixture
def laboratory(tmp_path: Path) -> LaboratoryTable:
    """Return a table of three samples, one of which was never scanned."""
    text = "sample_id,field,SOC (g/kg)\nA1,north,12\nA2,south,\nA9,south,20\n"
    (tmp_path / "lab.csv").write_text(text, encoding="utf-8")
    return read_laboratory_table(tmp_path / "lab.csv", PLAIN)


def test_scans_of_two_makers_are_joined_to_their_values(
    scans: Path, laboratory: LaboratoryTable
) -> None:
    source = scan_folder(scans, laboratory, PLAIN, None)

    (batch,) = source.batches(source.own_grid())

    assert batch.soils == ("A1", "A2")
    assert batch.farms == ("north", "south")
    np.testing.assert_allclose(batch.values[:, 0], [1.2, np.nan])
    np.testing.assert_allclose(batch.spectra[0], batch.spectra[1], atol=1e-5)


def test_what_was_joined_is_said(scans: Path, laboratory: LaboratoryTable) -> None:
    source = scan_folder(scans, laboratory, PLAIN, None)

    told = str(source.description.findings[-1])
    assert told == (
        "join: 2 of 2 scans have laboratory values (1 rows of the table have no scan)"
    )


def test_a_pattern_finds_the_id_in_a_name(
    scans: Path, laboratory: LaboratoryTable
) -> None:
    (scans / "A1.asd").rename(scans / "2024_A1_rep0.asd")

    source = scan_folder(scans, laboratory, PLAIN, r"(A\d)")

    (batch,) = source.batches(source.own_grid())
    assert batch.soils == ("A1", "A2")


def test_names_that_are_in_no_row_are_refused(
    scans: Path, laboratory: LaboratoryTable
) -> None:
    for path in scans.iterdir():
        path.rename(path.with_stem("scan-" + path.stem))

    with pytest.raises(LibraryError, match="--sample-pattern"):
        scan_folder(scans, laboratory, PLAIN, None)


def test_the_grid_is_what_all_scans_reach_over(scans: Path) -> None:
    (scans / "A3.sed").write_bytes(sed_bytes(100 * REFLECTANCE[:400]))

    source = scan_folder(scans, NO_LABORATORY, PLAIN, None)

    assert (source.own_grid().first, source.own_grid().last) == (350, 749)


def test_plain_scans_are_told_together_by_their_shape(tmp_path: Path) -> None:
    for row, scan in enumerate(made_reflectance(12)):
        pairs = zip(AXIS, -np.log10(scan), strict=True)
        lines = [f"{nm:g},{value:.6f}" for nm, value in pairs]
        (tmp_path / f"s{row:02}.csv").write_text("\n".join(lines), encoding="utf-8")

    source = scan_folder(tmp_path, NO_LABORATORY, PLAIN, None)

    assert source.quantity == "absorbance"


def test_a_stated_quantity_goes_before_what_files_say(scans: Path) -> None:
    order = ReadingOrder(column_map=ColumnMap(quantity="fraction"))
    (scans / "A2.sed").unlink()

    source = scan_folder(scans, NO_LABORATORY, order, None)

    (batch,) = source.batches(source.own_grid())
    np.testing.assert_allclose(batch.spectra[0], REFLECTANCE, atol=1e-3)


def test_a_sample_with_two_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lab.csv"
    path.write_text("sample_id,SOC (%)\nA1,1\nA1,2\n", encoding="utf-8")

    with pytest.raises(LibraryError, match="'A1' again"):
        read_laboratory_table(path, PLAIN)


def test_a_folder_without_scans_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()

    with pytest.raises(LibraryError, match="1 files of other kinds"):
        scan_folder(tmp_path, NO_LABORATORY, PLAIN, None)


def test_a_scan_that_is_not_understood_is_named(scans: Path) -> None:
    text = "400,0.1\n402,0.2\n401,0.3\n"
    (scans / "odd.csv").write_text(text, encoding="utf-8")

    with pytest.raises(LibraryError, match=r"odd\.csv: .* turning back"):
        scan_folder(scans, NO_LABORATORY, PLAIN, None)
