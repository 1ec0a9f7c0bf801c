"""A gateway puts observations into buckets as prepared series were: the same rule."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from protocols.observation_rule import Choice, ObservationRule
from protocols.season_buckets import Observations, bucketed
from tests.trainer.crops.preparation.made_observations import ordered, prepared
from trainer.crops.made_imagery.made_imagery import MadeOrder, write_made_imagery
from trainer.crops.preparation.preparation_order import FilterOrder, Season
from trainer.crops.series_folder import open_series_folder

FIRST, YEAR = 90, 2021
MOST_CLOUD = 50.0


def observed(rows: pa.Table, channels: list[str]) -> Observations:
    """Return what was seen of one place as a gateway gets it."""
    days = rows["date"].to_numpy().astype("datetime64[D]")
    numbers = [rows[name.removeprefix("S2-")].to_numpy() for name in channels]
    return Observations(
        days=(days - np.datetime64(f"{YEAR}-01-01")).astype(np.int64),
        values=(np.stack(numbers, axis=1) / 10_000).astype(np.float32),
        clouds=rows["cloud_probability"].to_numpy().astype(np.float64),
        scenes=rows["SCL"].to_numpy().astype(np.float64),
    )


@pytest.mark.parametrize("choice", ["first", "best"])
def test_a_gateway_and_the_cloud_make_the_same_series(
    tmp_path: Path, choice: Choice
) -> None:
    made = write_made_imagery(
        tmp_path / "made",
        MadeOrder(boxes=2, side=5, years=(YEAR,), days=range(FIRST, FIRST + 60)),
    )
    season = Season(first_day=FIRST, bucket_days=5, steps=12, choice=choice)
    filters = FilterOrder(most_cloud=MOST_CLOUD, least_observations=1)
    prepared(
        ordered(made.observations, season=season, filters=filters), tmp_path / "series"
    )
    series = open_series_folder(tmp_path / "series")
    channels = [one.name for one in series.grid.channels]
    rule = ObservationRule(most_cloud=MOST_CLOUD, choice=choice)
    table = pq.read_table(made.observations)

    for row, name in enumerate(series.places.names[::7].tolist()):
        seen = observed(table.filter(pa.compute.equal(table["place"], name)), channels)
        told = bucketed(seen, series.grid, FIRST + 59, rule).inputs

        batch = series.batch(slice(7 * row, 7 * row + 1))
        np.testing.assert_array_equal(told[2], batch.mask)
        np.testing.assert_array_equal(told[1], batch.days)
        np.testing.assert_allclose(told[0], batch.values, rtol=1e-3)
