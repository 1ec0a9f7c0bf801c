"""A model sees of the season what was there on the day of prediction, and no more."""

import msgspec
import numpy as np
import pytest

from protocols.season_grid import Channel, SeasonGrid
from tests.trainer.crops.made_series import GRID, made_series
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import SeriesBatch
from trainer.errors import LibraryError

WINDOW = msgspec.structs.replace(GRID, first_day=None, steps=9)


def batch() -> SeriesBatch:
    return made_series().batch(slice(0, 50))


def test_what_came_after_the_date_is_gone_and_the_rest_is_as_it_was() -> None:
    whole = batch()

    seen = SeasonCut(GRID, GRID).until(whole, 180)

    late = whole.days > 180
    assert not seen.mask[late].any()
    assert (seen.values[late] == 0).all()
    np.testing.assert_array_equal(seen.mask[~late], whole.mask[~late])
    np.testing.assert_array_equal(seen.values[~late], whole.values[~late])


def test_bucket_with_nothing_seen_has_the_day_of_its_middle() -> None:
    seen = SeasonCut(GRID, GRID).until(batch(), 60)

    assert not seen.mask[:, 1:].any()
    assert seen.days[:, 1:].tolist() == 50 * [GRID.middles(60)[1:].tolist()]


def test_answer_does_not_depend_on_what_lies_behind_the_date() -> None:
    whole = batch()
    late = whole.days > 150
    other = SeriesBatch(whole.values.copy(), whole.days, whole.mask.copy())
    other.values[late] = 0.77
    other.mask[late] = ~other.mask[late]

    one, two = (SeasonCut(GRID, GRID).until(it, 150) for it in (whole, other))

    for name in ("values", "days", "mask"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_window_ends_with_the_day_of_prediction() -> None:
    whole = batch()

    seen = SeasonCut(GRID, WINDOW).until(whole, 200)

    began = 200 + 1 - 90
    assert ((seen.days >= began) & (seen.days < 201)).all()
    within = (whole.days >= began) & (whole.days <= 200) & whole.mask.any(axis=2)
    assert 0 < seen.mask.any(axis=2).sum() <= within.sum()


def test_of_two_observations_in_one_bucket_the_earlier_stays() -> None:
    grid = SeasonGrid(first_day=0, bucket_days=10, steps=2, channels=GRID.channels)
    values = np.array([[[0.1, 0.2], [0.3, 0.4]]], np.float32)
    pair = SeriesBatch(values, np.array([[6, 12]], np.float32), values > 0)
    window = msgspec.structs.replace(grid, first_day=None, steps=1)

    seen = SeasonCut(grid, window).until(pair, 14)

    assert seen.days.tolist() == [[6.0]]
    assert seen.values.tolist() == [values[0, :1].tolist()]


def test_channels_are_found_by_name() -> None:
    wanted = msgspec.structs.replace(GRID, channels=GRID.channels[1:])

    seen = SeasonCut(GRID, wanted).until(batch(), 299)

    np.testing.assert_array_equal(seen.values[:, :, 0], batch().values[:, :, 1])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"channels": (Channel(name="S1-VH", unit="dB"),)}, r"S1-VH \(dB\)"),
        ({"bucket_days": 5}, "buckets of 5 days"),
        ({"first_day": 20}, "from day 20"),
    ],
)
def test_series_of_another_season_are_refused(
    changed: dict[str, object], message: str
) -> None:
    model = msgspec.structs.replace(GRID, **changed)

    with pytest.raises(LibraryError, match=message):
        SeasonCut(GRID, model)
