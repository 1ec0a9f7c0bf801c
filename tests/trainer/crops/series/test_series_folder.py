"""Series on disk are whole or not there, and mapped rather than read."""

from pathlib import Path

import numpy as np
import pytest

from protocols.season_grid import Channel, SeasonGrid
from trainer.crops.series.growing_array import GrowingArray
from trainer.crops.series.series_folder import (
    open_scenes,
    open_series_folder,
    read_manifest,
    write_part_folder,
    write_series_folder,
)
from trainer.crops.series.series_set import PlaceTable, SeriesSet
from trainer.errors import LibraryError, WorkspaceError

PLACES, STEPS = 6, 3


def made_set() -> SeriesSet:
    """Return six places in three boxes and two years, with a bucket unseen each."""
    random = np.random.default_rng(1)
    mask = np.ones((PLACES, STEPS, 2), dtype=np.bool_)
    mask[np.arange(PLACES), np.arange(PLACES) % STEPS] = False
    return SeriesSet(
        grid=SeasonGrid(
            first_day=100,
            bucket_days=5,
            steps=STEPS,
            channels=(
                Channel(name="S2-B04", unit="1"),
                Channel(name="S2-B08", unit="1"),
            ),
        ),
        legend=("corn", "soybeans"),
        places=PlaceTable(
            names=np.array([f"p{number}" for number in range(PLACES)]),
            boxes=np.array(["a", "a", "b", "b", "c", "c"]),
            years=np.array([2020, 2021] * 3, dtype=np.int16),
            fields=np.array([""] * PLACES),
            longitudes=np.linspace(-93.6, -93.5, PLACES),
            latitudes=np.full(PLACES, 42.0),
            labels=np.array([0, 1, 0, 1, -1, 0], dtype=np.int16),
        ),
        values=random.uniform(0, 1, mask.shape).astype(np.float32),
        days=np.tile(np.array([101.0, 106, 112], dtype=np.float32), (PLACES, 1)),
        mask=mask,
    )


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    series = made_set()

    write_series_folder(tmp_path / "series", series)

    found = open_series_folder(tmp_path / "series")
    expected, batch = series.batch(slice(None)), found.batch(slice(None))
    np.testing.assert_allclose(batch.values, expected.values, atol=5e-4)
    np.testing.assert_array_equal(batch.mask, expected.mask)
    np.testing.assert_array_equal(batch.days, expected.days)
    assert found.places.names.tolist() == series.places.names.tolist()
    assert found.places.labels.tolist() == [0, 1, 0, 1, -1, 0]
    assert isinstance(found.values, np.memmap)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "series").mkdir()

    with pytest.raises(WorkspaceError, match="choose another one"):
        write_series_folder(tmp_path / "series", made_set())

    assert not any((tmp_path / "series").iterdir())


def test_a_part_of_a_folder_copies_no_series(tmp_path: Path) -> None:
    write_series_folder(tmp_path / "series", made_set())

    write_part_folder(
        tmp_path / "series",
        np.array([4, 1], dtype=np.intp),
        tmp_path / "split" / "test",
    )

    part = open_series_folder(tmp_path / "split" / "test")
    whole = open_series_folder(tmp_path / "series")
    assert part.places.names.tolist() == ["p4", "p1"]
    assert read_manifest(tmp_path / "split" / "test").places == 2
    assert not (tmp_path / "split" / "test" / "values.npy").exists()
    np.testing.assert_array_equal(
        part.batch(slice(None)).values, whole.take([4, 1]).batch(slice(None)).values
    )
    assert open_scenes(tmp_path / "split" / "test").shape == (2, STEPS)


def test_a_part_of_a_part_is_refused(tmp_path: Path) -> None:
    write_series_folder(tmp_path / "series", made_set())
    rows = np.array([0], dtype=np.intp)
    write_part_folder(tmp_path / "series", rows, tmp_path / "part")

    with pytest.raises(LibraryError, match="split that one"):
        write_part_folder(tmp_path / "part", rows, tmp_path / "again")

    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", ["manifest.json", "values.npy", "places.parquet"])
def test_a_folder_that_lacks_a_file_is_refused(tmp_path: Path, name: str) -> None:
    write_series_folder(tmp_path / "series", made_set())
    (tmp_path / "series" / name).unlink()

    with pytest.raises(LibraryError, match="prepare"):
        open_series_folder(tmp_path / "series")


def test_rows_after_a_stop_replace_what_was_half_written(tmp_path: Path) -> None:
    array = GrowingArray(tmp_path / "numbers.npy", "<i2", (2,))
    array.rows(0, 2)[:] = 7
    array.rows(2, 3)[:] = 9  # stopped before it counted

    array.rows(2, 1)[:] = 8
    array.finish(3)

    found = np.load(tmp_path / "numbers.npy")
    assert found.tolist() == [[7, 7], [7, 7], [8, 8]]


def test_an_array_without_its_end_is_no_array_yet(tmp_path: Path) -> None:
    array = GrowingArray(tmp_path / "numbers.npy", "<i2", (2,))
    array.rows(0, 2)[:] = 7

    with pytest.raises(ValueError, match=r"magic|pickle"):
        np.load(tmp_path / "numbers.npy")


def test_no_rows_at_all_are_an_array_too(tmp_path: Path) -> None:
    array = GrowingArray(tmp_path / "numbers.npy", "<f2", (2, 3))
    array.rows(0, 0)

    array.finish(0)

    assert np.load(tmp_path / "numbers.npy").shape == (0, 2, 3)
