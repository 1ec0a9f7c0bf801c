"""One observation stands for a bucket, and what was not seen stays missing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocols.observation_rule import Choice
from tests.trainer.crops.preparation.made_observations import (
    SEASON,
    ordered,
    padded,
    prepared,
    row,
    write_rows,
)
from trainer.crops.preparation.preparation_order import (
    FilterOrder,
    Offset,
    Season,
    UnitOrder,
)
from trainer.crops.series.series_folder import open_scenes, open_series_folder
from trainer.crops.series.series_set import SeriesBatch

RED, INFRARED = 0, 1


def series_of(
    folder: Path, rows: Sequence[Mapping[str, Any]], season: Season = SEASON
) -> SeriesBatch:
    """Return the series of place a, in the first year that it has."""
    observations = write_rows(folder / "observations.parquet", padded(rows))
    told = ordered(
        observations, season=season, filters=FilterOrder(least_observations=1)
    )
    prepared(told, folder / "series")
    return open_series_folder(folder / "series").batch(slice(0, 1))


def choosing(choice: Choice) -> Season:
    return Season(first_day=100, bucket_days=5, steps=4, choice=choice)


def test_numbers_and_their_day_lie_in_their_bucket(tmp_path: Path) -> None:
    rows = [row(day=date(2021, 4, 17), B04=1234, B08=4321)]

    series = series_of(tmp_path, rows)

    assert series.days[0].tolist() == [102, 106, 112, 117]  # 17 April is day 106
    assert series.mask[0, :, RED].tolist() == [False, True, False, False]
    np.testing.assert_allclose(series.values[0, 1], [0.1234, 0.4321], rtol=1e-3)


def test_what_was_not_seen_is_missing_and_not_zero(tmp_path: Path) -> None:
    rows = [row(B04=None, B08=3000), row(day=date(2021, 4, 17), B04=65535, B08=0)]

    series = series_of(tmp_path, rows)

    assert series.mask[0, 0].tolist() == [False, True]
    assert not series.mask[0, 1].any()


def test_the_first_observation_stands_for_its_bucket(tmp_path: Path) -> None:
    rows = [
        row(day=date(2021, 4, 13), B04=2000, cloud_probability=0),
        row(day=date(2021, 4, 12), B04=1000, cloud_probability=30),
    ]

    series = series_of(tmp_path, rows, choosing("first"))

    assert series.days[0, 0] == 101
    assert series.values[0, 0, RED] == pytest.approx(0.1, rel=1e-3)


def test_the_best_observation_stands_where_it_was_asked_for(tmp_path: Path) -> None:
    rows = [
        row(day=date(2021, 4, 13), B04=2000, cloud_probability=0),
        row(day=date(2021, 4, 14), B04=3000, cloud_probability=0),
        row(day=date(2021, 4, 12), B04=1000, cloud_probability=30),
    ]

    series = series_of(tmp_path, rows, choosing("best"))

    assert series.days[0, 0] == 102
    assert series.values[0, 0, RED] == pytest.approx(0.2, rel=1e-3)


def test_of_two_passes_on_a_day_one_stands_whole(tmp_path: Path) -> None:
    rows = [row(B04=2000, B08=1000), row(B04=1000, B08=5000)]

    series = series_of(tmp_path, [*rows, *reversed(rows)])

    np.testing.assert_allclose(series.values[0, 0], [0.1, 0.5], rtol=1e-3)


def test_a_season_may_begin_in_the_autumn_before(tmp_path: Path) -> None:
    winter = Season(first_day=-60, bucket_days=5, steps=60)
    rows = [row(day=date(2020, 12, 30), B04=1500), row(day=date(2021, 1, 3), B04=2500)]

    series = series_of(tmp_path, rows, winter)

    assert series.days[0, 11] == -2
    assert series.days[0, 12] == 2
    np.testing.assert_allclose(series.values[0, 11:13, RED], [0.15, 0.25], rtol=1e-3)


def test_a_leap_year_moves_no_day(tmp_path: Path) -> None:
    rows = [row(day=date(2020, 4, 12), B04=1500)]

    series = series_of(tmp_path, rows)

    assert series.days[0, 0] == 102  # one more than in 2021: 29 February was before


@pytest.mark.parametrize(
    ("offset", "before", "since"),
    [("none", 0.2, 0.2), ("since-2022", 0.2, 0.1), ("all", 0.1, 0.1)],
)
def test_the_offset_is_taken_off_where_it_was_said(
    tmp_path: Path, offset: Offset, before: float, since: float
) -> None:
    rows = [
        row("a", date(2021, 4, 12), B04=2000),
        row("b", date(2022, 4, 12), B04=2000),
    ]
    observations = write_rows(tmp_path / "observations.parquet", padded(rows))
    units = UnitOrder(offset=offset)

    prepared(ordered(observations, units=units), tmp_path / "series")

    series = open_series_folder(tmp_path / "series")
    found = dict(
        zip(
            series.places.names,
            series.batch(slice(None)).values[:, 0, RED],
            strict=True,
        )
    )
    assert found["a"] == pytest.approx(before, rel=1e-3)
    assert found["b"] == pytest.approx(since, rel=1e-3)


def test_radar_and_weather_stand_beside_the_bands_in_their_units(
    tmp_path: Path,
) -> None:
    told = [
        {**one, "VV": 0.1, "temperature": 283.15 + number % 2}
        for number, one in enumerate(padded([row(B04=None, B08=None)]))
    ]
    observations = write_rows(tmp_path / "observations.parquet", told)

    prepared(ordered(observations), tmp_path / "series")

    series = open_series_folder(tmp_path / "series")
    batch = series.batch(slice(0, 1))
    units = {one.name: one.unit for one in series.grid.channels}
    assert units == {"S2-B04": "1", "S2-B08": "1", "S1-VV": "dB", "temperature": "degC"}
    assert batch.mask[0, 0].tolist() == [False, False, True, True]
    np.testing.assert_allclose(batch.values[0, 0, 2:], [-10, 10], rtol=1e-3)


@pytest.mark.parametrize(
    "told",
    [
        "2021-04-17",
        (date(2021, 4, 17) - date(1970, 1, 1)).days,
        datetime(2021, 4, 17, 23, 30, tzinfo=UTC),
    ],
)
def test_a_date_may_be_text_days_or_a_moment(tmp_path: Path, told: object) -> None:
    rows = [{**one, "date": told} for one in padded([row()])]
    observations = write_rows(tmp_path / "observations.parquet", rows)

    prepared(ordered(observations), tmp_path / "series")

    days = open_series_folder(tmp_path / "series").batch(slice(0, 1)).days
    assert days[0, 1] == 106


def test_the_scene_class_of_what_stands_is_kept(tmp_path: Path) -> None:
    series_of(tmp_path, [row(SCL=5), row(day=date(2021, 4, 17), SCL=4)])

    assert open_scenes(tmp_path / "series")[0].tolist() == [5, 4, 0, 0]
