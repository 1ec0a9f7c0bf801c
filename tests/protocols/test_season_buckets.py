"""Observations become a series in one way, whatever order they come in."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import SeriesError
from protocols.observation_rule import ObservationRule
from protocols.season_buckets import Observations, bucketed
from protocols.season_grid import Channel, SeasonGrid
from tests.protocols.sample_crop_packages import SEASON

NOT_SEEN = float("nan")
Row = tuple[int, float, float]
"""A day, and red and near infrared."""


def observations(
    rows: Sequence[Row],
    clouds: Sequence[float] | None = None,
    scenes: Sequence[float] | None = None,
) -> Observations:
    unknown = [NOT_SEEN] * len(rows)
    return Observations(
        days=np.array([day for day, _, _ in rows], np.int64),
        values=np.array([row[1:] for row in rows], np.float32).reshape(-1, 2),
        clouds=np.array(unknown if clouds is None else clouds, np.float64),
        scenes=np.array(unknown if scenes is None else scenes, np.float64),
    )


def test_the_first_observation_stands_for_its_bucket_and_keeps_its_day() -> None:
    seen = observations([(103, 0.3, 0.4), (101, 0.1, 0.2), (110, 0.5, 0.6)])

    series, days, mask = bucketed(seen, SEASON, until=150).inputs

    np.testing.assert_allclose(series[0, :, 0], [0.1, 0, 0.5, 0])
    assert days.tolist() == [[101, 107, 110, 117]]
    assert mask[0, :, 0].tolist() == [1, 0, 1, 0]


def test_the_least_cloudy_observation_stands_where_the_best_is_asked_for() -> None:
    rows = [(100, 0.1, 0.2), (102, 0.3, 0.4), (104, 0.5, 0.6)]
    best = ObservationRule(choice="best")

    found = bucketed(observations(rows, [60, 10, 10]), SEASON, 150, best)

    assert found.days_seen == (102,)


def test_what_is_later_than_the_day_of_prediction_is_not_used() -> None:
    seen = observations([(101, 0.1, 0.2), (108, 0.3, 0.4), (109, 0.5, 0.6)])

    assert bucketed(seen, SEASON, until=108).days_seen == (101, 108)
    assert bucketed(seen, SEASON, until=107).days_seen == (101,)
    assert bucketed(seen, SEASON, until=99).days_seen == ()


def test_a_channel_that_was_not_seen_stays_unseen_beside_one_that_was() -> None:
    seen = observations([(101, NOT_SEEN, 0.2), (106, NOT_SEEN, NOT_SEEN)])

    series, days, mask = bucketed(seen, SEASON, until=150).inputs

    assert mask[0].tolist() == [[0, 1], [0, 0], [0, 0], [0, 0]]
    assert series[0, 0, 0] == 0
    assert days[0].tolist() == [101, 107, 112, 117]


def test_buckets_that_move_with_the_season_end_on_the_day_of_prediction() -> None:
    moving = SeasonGrid(
        first_day=None, bucket_days=5, steps=4, channels=SEASON.channels
    )
    seen = observations([(95, 0.1, 0.2), (96, 0.3, 0.4), (115, 0.5, 0.6)])

    found = bucketed(seen, moving, until=115)

    assert found.days_seen == (96, 115)
    assert found.inputs[2][0, :, 0].tolist() == [1, 0, 0, 1]


def test_clouds_and_scenes_that_were_not_learned_from_are_left_out() -> None:
    rows = [(101, 0.1, 0.2), (106, 0.3, 0.4), (111, 0.5, 0.6), (116, 0.7, 0.8)]
    rule = ObservationRule(scene_classes=(4, 5), most_cloud=50)
    scenes = [4, 9, 5, NOT_SEEN]

    found = bucketed(
        observations(rows, [0, 0, 80, NOT_SEEN], scenes), SEASON, 150, rule
    )

    assert found.days_seen == (101, 116)


def test_a_place_that_nobody_saw_is_a_series_without_anything() -> None:
    series, days, mask = bucketed(observations([]), SEASON, until=150).inputs

    assert not series.any()
    assert not mask.any()
    assert days[0].tolist() == SEASON.middles(100).tolist()


def test_other_channels_than_the_season_has_are_refused() -> None:
    three = SeasonGrid(
        first_day=100,
        bucket_days=5,
        steps=4,
        channels=(*SEASON.channels, Channel(name="S1-VH", unit="dB")),
    )

    with pytest.raises(SeriesError, match="expected 3 channels of 1 observations"):
        bucketed(observations([(101, 0.1, 0.2)]), three, until=150)


NUMBERS = st.sampled_from([0.125, 0.25, 0.5, NOT_SEEN])
ROWS = st.lists(
    st.tuples(st.integers(95, 125), NUMBERS, NUMBERS), min_size=1, max_size=12
)


@given(rows=ROWS, seed=st.integers(0, 99), choice=st.sampled_from(["first", "best"]))
def test_the_order_of_observations_never_matters(
    rows: list[Row], seed: int, choice: str
) -> None:
    random = np.random.default_rng(seed)
    clouds = random.choice([0.0, 50.0, NOT_SEEN], len(rows))
    other = random.permutation(len(rows))
    rule = ObservationRule(choice="best" if choice == "best" else "first")

    found = bucketed(observations(rows, list(clouds)), SEASON, 120, rule)
    again = bucketed(
        observations([rows[at] for at in other], list(clouds[other])), SEASON, 120, rule
    )

    for one, same in zip(found.inputs, again.inputs, strict=True):
        np.testing.assert_array_equal(one, same)
    assert np.isfinite(found.inputs[0]).all()
