"""An import ends with every soil in the library once, however often it was stopped."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from protocols.wavelength_grid import WavelengthGrid
from tests.simulators.file_tree import digests_of
from tests.trainer.library.made_source import MadeSource, OneBatch
from tests.trainer.library.made_tables import made_carbon, made_reflectance
from tests.trainer.localisation.made_soils import CARBON, CLAY, GRID
from trainer.errors import LibraryError
from trainer.library.library_import import ImportOrder, import_source
from trainer.library.parquet_table import read_library
from trainer.library.sources.soil_source import SoilBatch, SoilSource
from trainer.library.storage.library_manifest import LibraryManifest, read_manifest
from trainer.library.storage.spectra_file import SPECTRA_FILE


def bring(folder: Path, source: SoilSource) -> LibraryManifest:
    return import_source(folder, source, ImportOrder("made soils"), lambda _: None)


def first_batch() -> SoilBatch:
    return next(MadeSource(seed=9).batches(GRID))


def test_an_imported_library_holds_every_soil_with_its_scan(tmp_path: Path) -> None:
    bring(tmp_path, MadeSource())

    library = read_library(tmp_path)
    assert library.soils[:2] == ("made:s0", "made:s1")
    np.testing.assert_array_equal(library.spectra, made_reflectance(60))
    np.testing.assert_array_equal(library.values[:, 0], made_carbon(60))
    assert library.licence == "CC0-1.0"


def test_spectra_are_mapped_and_cannot_be_changed(tmp_path: Path) -> None:
    bring(tmp_path, MadeSource())

    spectra = read_library(tmp_path).spectra

    assert isinstance(spectra.base, np.memmap)
    assert not spectra.flags.writeable


def test_parquet_parts_hold_the_spectra_under_their_ossl_names(tmp_path: Path) -> None:
    bring(tmp_path, MadeSource())

    part = pq.read_table(tmp_path / "soils-00001.parquet")
    np.testing.assert_array_equal(
        part["scan_visnir.440_ref"].to_numpy(), made_reflectance(60)[20:40, 1]
    )


def test_a_stopped_import_goes_on_and_writes_no_batch_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        bring(tmp_path, MadeSource(stops_before=2))
    written = (tmp_path / "soils-00000.parquet").stat().st_mtime_ns

    bring(tmp_path, MadeSource())

    assert (tmp_path / "soils-00000.parquet").stat().st_mtime_ns == written
    np.testing.assert_array_equal(read_library(tmp_path).spectra, made_reflectance(60))


def test_what_a_stopped_import_wrote_beyond_the_manifest_is_cut_off(
    tmp_path: Path,
) -> None:
    with pytest.raises(KeyboardInterrupt):
        bring(tmp_path, MadeSource(stops_before=1))
    with (tmp_path / SPECTRA_FILE).open("ab") as file:
        file.write(b"half a scan")

    bring(tmp_path, MadeSource())

    np.testing.assert_array_equal(read_library(tmp_path).spectra, made_reflectance(60))


def test_an_unfinished_library_is_refused_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        bring(tmp_path, MadeSource(stops_before=2))

    with pytest.raises(LibraryError, match="goes on where it stopped"):
        read_library(tmp_path)


def test_a_source_that_is_there_is_not_imported_twice(tmp_path: Path) -> None:
    bring(tmp_path, MadeSource())
    before, again = digests_of(tmp_path), MadeSource()

    bring(tmp_path, again)

    assert again.read == []
    assert digests_of(tmp_path) == before


def test_another_source_is_appended_with_its_own_targets(tmp_path: Path) -> None:
    bring(tmp_path, MadeSource())
    other = OneBatch(first_batch())
    other.description = replace(other.description, targets=(CLAY,))

    bring(tmp_path, other)

    library = read_library(tmp_path)
    assert library.targets == (CARBON, CLAY)
    assert np.isnan(library.values[:60, 1]).all()
    assert np.isnan(library.values[60:, 0]).all()
    assert library.licence == "CC0-1.0; MIT"


def test_the_same_scans_in_two_sources_become_one_group(tmp_path: Path) -> None:
    bring(tmp_path, MadeSource(seed=9))

    found = bring(tmp_path, OneBatch(first_batch())).repeated

    library = read_library(tmp_path)
    assert found is not None
    assert (found.groups, found.across_sources, found.largest) == (20, 20, 2)
    assert library.groups[60:] == library.groups[:20]


def test_rows_without_a_usable_scan_are_counted_with_their_ids(tmp_path: Path) -> None:
    batch = first_batch()
    spectra = batch.spectra.copy()
    spectra[3, 5] = np.nan
    spectra[7, 5] = 2.5

    manifest = bring(tmp_path, OneBatch(replace(batch, spectra=spectra)))

    assert [(one.soils, one.examples) for one in manifest.sources[0].skipped] == [
        (1, ("odd:s3",)),
        (1, ("odd:s7",)),
    ]
    assert len(read_library(tmp_path).soils) == 18


def test_a_batch_that_is_mostly_impossible_stops_the_import(tmp_path: Path) -> None:
    batch = first_batch()

    with pytest.raises(LibraryError, match="mixes quantities"):
        bring(tmp_path, OneBatch(replace(batch, spectra=batch.spectra * 100)))

    assert read_manifest(tmp_path).soils == 0


def test_a_soil_scanned_again_is_a_row_of_the_same_group(tmp_path: Path) -> None:
    batch = first_batch()
    soils = ("s0", "s0", *batch.soils[2:])

    bring(tmp_path, OneBatch(replace(batch, soils=soils)))

    library = read_library(tmp_path)
    assert library.soils[:2] == ("odd:s0", "odd:s0:scan2")
    assert library.groups[:2] == ("odd:s0", "odd:s0")


def test_a_profile_stays_one_group(tmp_path: Path) -> None:
    batch = first_batch()
    groups = ("p1",) * 4 + ("",) * 16

    bring(tmp_path, OneBatch(replace(batch, groups=groups)))

    assert read_library(tmp_path).groups[:5] == (*["odd/p1"] * 4, "odd:s4")


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()

    with pytest.raises(LibraryError, match="choose another folder"):
        bring(tmp_path, MadeSource())

    assert [one.name for one in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_name_that_another_import_has_is_refused(tmp_path: Path) -> None:
    bring(tmp_path, MadeSource())
    other = OneBatch(first_batch())
    other.description = replace(other.description, name="made")

    with pytest.raises(LibraryError, match="--name"):
        bring(tmp_path, other)


def test_another_grid_than_the_library_has_is_refused(tmp_path: Path) -> None:
    bring(tmp_path, MadeSource())
    order = ImportOrder("made", WavelengthGrid(first=400, step=10, bands=200))

    with pytest.raises(LibraryError, match="expected the grid of the library"):
        import_source(tmp_path, OneBatch(first_batch()), order, lambda _: None)
