"""Held on the device or read ahead from files: the batches are the same."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.trainer.crops.learning.small_lesson import small_series
from trainer.crops.learning.series_rows import HeldSeries, MappedSeries, Taken
from trainer.crops.learning.series_task import shuffled
from trainer.crops.series.series_folder import open_series_folder, write_series_folder
from trainer.crops.series.series_set import SeriesSet

CPU = torch.device("cpu")


@pytest.fixture
def mapped(tmp_path: Path) -> SeriesSet:
    """Series on disk, whose arrays are not read until asked for."""
    write_series_folder(tmp_path / "series", small_series())
    return open_series_folder(tmp_path / "series")


def equal(one: Taken, other: Taken) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_reading_ahead_gives_the_batches_that_holding_gives(mapped: SeriesSet) -> None:
    held, read = HeldSeries(mapped, CPU), MappedSeries(mapped, CPU)
    batches = shuffled(len(mapped), batch=20, seed=1, epoch=0)
    read.expect(batches)

    same = [equal(held.take(rows), read.take(rows)) for rows in batches]

    assert len(same) == 8
    assert all(same)


def test_a_resumed_epoch_begins_to_read_in_the_middle(mapped: SeriesSet) -> None:
    held, read = HeldSeries(mapped, CPU), MappedSeries(mapped, CPU)
    batches = shuffled(len(mapped), batch=20, seed=1, epoch=2)
    read.expect(batches)

    same = [equal(held.take(rows), read.take(rows)) for rows in batches[3:]]

    assert all(same)


def test_the_next_batch_is_read_while_one_is_learned_from(mapped: SeriesSet) -> None:
    asked: list[list[int]] = []

    class Watched(SeriesSet):
        def batch(self, rows: np.ndarray | slice) -> object:  # type: ignore[override]
            asked.append(list(rows))  # type: ignore[arg-type]
            return super().batch(rows)

    watched = Watched(**vars(mapped))
    read, batches = MappedSeries(watched, CPU), shuffled(len(mapped), 20, 1, 0)
    read.expect(batches)

    read.take(batches[0])
    read.take(batches[1])

    assert [sorted(one) for one in asked[:2]] == [
        sorted(rows.tolist()) for rows in batches[:2]
    ]


def test_every_epoch_shows_every_place_once_in_another_order() -> None:
    first, second = (torch.cat(shuffled(33, 8, 1, epoch)) for epoch in (0, 1))

    assert first.sort().values.tolist() == list(range(33))
    assert first.tolist() != second.tolist()
