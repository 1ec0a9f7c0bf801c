"""A gateway makes the same series of observations as preparation in the cloud."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from protocols.observation_rule import Choice, ObservationRule
from protocols.season_buckets import Observations, bucketed
from tests.trainer.crops.preparation.made_observations import (
    ordered,
    padded,
    prepared,
    row,
    write_rows,
)
from trainer.crops.preparation.preparation_order import FilterOrder, Season
from trainer.crops.series.series_folder import open_series_folder

HALF_PRECISION = 1e-3
"""What files of series keep of a number."""

PLACES, OVERPASSES = 12, 25
RULE = {"scene_classes": (4, 5), "most_cloud": 60.0}
Row = Mapping[str, Any]


def drawn_rows(seed: int) -> list[Row]:
    """Draw overpasses with gaps, clouds, missing bands and two on one day."""
    random = Random(seed)  # noqa: S311 - no secrets are drawn
    rows: list[Row] = []
    for place in range(PLACES):
        for _ in range(OVERPASSES):
            day = date(2021, 1, 1) + timedelta(days=random.randrange(95, 125))
            rows.append(
                row(
                    f"p{place:02}",
                    day,
                    longitude=-93.6 + place / 1000,
                    B04=random.choice([None, 800, 1200, 1600]),
                    B08=random.choice([None, 2500, 3500]),
                    SCL=random.choice([None, 4, 5, 9]),
                    cloud_probability=random.choice([None, 0, 20, 90]),
                )
            )
    return rows


def observations_of(rows: Sequence[Row]) -> Observations:
    """Return a place's rows as a gateway reads them."""

    def numbers(name: str) -> list[float]:
        return [np.nan if one[name] is None else float(one[name]) for one in rows]

    begins = date(2021, 1, 1)
    bands = np.array([numbers("B04"), numbers("B08")]).T / 10_000
    return Observations(
        days=np.array([(one["date"] - begins).days for one in rows]),
        values=bands.astype(np.float32),
        clouds=np.array(numbers("cloud_probability")),
        scenes=np.array(numbers("SCL")),
    )


@pytest.mark.parametrize("choice", ["first", "best"])
def test_every_place_gets_the_same_series_on_both_sides(
    tmp_path: Path, choice: Choice
) -> None:
    rows = drawn_rows(seed=6)
    season = Season(first_day=100, bucket_days=5, steps=4, choice=choice)
    filters = FilterOrder(least_observations=1, **RULE)  # type: ignore[arg-type]
    table = write_rows(tmp_path / "observations.parquet", padded(rows))
    prepared(ordered(table, season=season, filters=filters), tmp_path / "series")
    series = open_series_folder(tmp_path / "series")
    rule = ObservationRule(choice=choice, **RULE)  # type: ignore[arg-type]

    compared = 0
    for at, name in enumerate(series.places.names):
        seen = observations_of([one for one in rows if one["place"] == name])
        if name == "zz":
            continue
        values, days, mask = bucketed(seen, series.grid, 119, rule).inputs
        batch = series.batch(slice(at, at + 1))
        np.testing.assert_array_equal(mask > 0, batch.mask)
        np.testing.assert_array_equal(np.floor(days), np.floor(batch.days))
        np.testing.assert_allclose(values, batch.values, atol=HALF_PRECISION)
        compared += int(mask.sum())

    assert compared > PLACES
