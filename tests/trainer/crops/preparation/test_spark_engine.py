"""The same expressions give the same series on a real Spark, on this machine.

The Java machine is started once for all tests of this module.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.fs as pafs
import pytest
from pyspark.sql import SparkSession

from tests.trainer.crops.preparation.made_observations import (
    codes_of,
    ordered,
    padded,
    prepared,
    row,
    write_labels,
    write_rows,
)
from trainer.crops.made_imagery.made_imagery import MadeOrder, write_made_imagery
from trainer.crops.preparation.observation_files import ObservationFiles
from trainer.crops.preparation.preparation_order import (
    FilterOrder,
    PreparationOrder,
    Season,
    UnitOrder,
)
from trainer.crops.preparation.query_engine import EngineSettings
from trainer.crops.preparation.spark_engine import SparkEngine
from trainer.errors import EngineError

FILES = ("values.npy", "days.npy", "mask.npy", "scenes.npy", "places.parquet")


@pytest.fixture(scope="module", autouse=True)
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    """Begin a session that every engine of this module joins."""
    settings = EngineSettings(512, 1, tmp_path_factory.mktemp("spill"))
    with SparkEngine(settings) as engine:
        yield engine


def check_same(order: PreparationOrder, folder: Path) -> None:
    """Prepare on both engines and compare all that they wrote, byte by byte."""
    on_duckdb = prepared(order, folder / "duckdb")
    on_spark = prepared(order, folder / "spark", "spark")

    assert on_spark == on_duckdb
    for name in FILES:
        found = (folder / "spark" / name).read_bytes()
        assert found == (folder / "duckdb" / name).read_bytes(), name


def test_made_imagery_gives_the_same_series(tmp_path: Path) -> None:
    made = write_made_imagery(
        tmp_path / "made",
        MadeOrder(boxes=2, side=6, years=(2021,), days=range(90, 125)),
    )
    order = ordered(
        made.observations,
        f"2021={made.labels[2021]}",
        season=Season(first_day=95, bucket_days=5, steps=4, choice="best"),
        filters=FilterOrder(most_cloud=60, least_purity=0.3, least_observations=1),
    )

    check_same(order, tmp_path)


def test_ties_offsets_and_missing_numbers_give_the_same_series(tmp_path: Path) -> None:
    rows = [
        row(B04=2000, B08=1000),
        row(B04=1000, B08=None, SCL=None, cloud_probability=None),
        row("b", date(2022, 4, 12), B04=2000, B08=65535),
        row("b", date(2022, 4, 12), B04=1000, B08=0),
    ]
    observations = write_rows(tmp_path / "rows.parquet", padded(rows))
    table = codes_of(("a", 2021, 1), ("b", 2022, 5), ("zz", 2021, 61))
    labels = write_labels(tmp_path / "labels.parquet", table)
    units = UnitOrder(offset="since-2022")

    check_same(ordered(observations, str(labels), units=units), tmp_path)


def test_rows_with_arrays_and_fractions_give_the_same_series(tmp_path: Path) -> None:
    days = [(date(2021, 4, 11 + day) - date(1970, 1, 1)).days for day in range(12)]
    bright = np.linspace(0.1, 0.4, 12)
    pixel: dict[str, Any] = {
        "pixel": "a",
        "lon": -93.6,
        "lat": 42.0,
        "dates": days,
        "B04": bright.tolist(),
        "B08": [float("nan"), *(2 * bright[1:])],
        "SCL": [4] * 12,
    }
    observations = write_rows(
        tmp_path / "pixels.parquet", [pixel, {**pixel, "pixel": "b", "lon": -93.65}]
    )

    check_same(ordered(observations), tmp_path)


def test_a_bucket_must_be_mounted_for_spark(spark: SparkEngine) -> None:
    files = ObservationFiles("s3://land", pafs.LocalFileSystem(), ())

    with pytest.raises(EngineError, match="on disk for Spark, found s3://land"):
        spark.observations(files)


def test_a_session_of_this_machine_listens_to_nobody_else() -> None:
    running = SparkSession.builder.getOrCreate()

    settings = dict(running.sparkContext.getConf().getAll())

    assert settings["spark.driver.host"] == "127.0.0.1"
    assert settings["spark.driver.bindAddress"] == "127.0.0.1"
