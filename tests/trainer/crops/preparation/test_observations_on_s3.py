"""Observations are read from S3; a server that speaks it on this machine stands in."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.fs as pafs
import pytest
from moto.server import ThreadedMotoServer

from tests.trainer.crops.preparation.made_observations import (
    ordered,
    prepared,
    row,
    write_rows,
)
from trainer.crops.preparation.observation_files import ENDPOINT
from trainer.crops.series.series_folder import open_series_folder
from trainer.errors import LibraryError

BUCKET = "s3://land"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[pafs.S3FileSystem]:
    """Return an empty bucket on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    filesystem = pafs.S3FileSystem(
        endpoint_override=f"127.0.0.1:{port}",
        scheme="http",
        allow_bucket_creation=True,
    )
    filesystem.create_dir("land")
    yield filesystem
    server.stop()


def test_observations_on_s3_make_the_same_series(
    store: pafs.S3FileSystem, tmp_path: Path
) -> None:
    rows = [row(day=date(2021, 4, 11 + day), B04=1000 + day) for day in range(12)]
    for box in ("one", "two"):
        below = tmp_path / "observations" / f"box={box}" / "rows.parquet"
        told = [{**one, "place": box} for one in rows]
        write_rows(
            below, [{k: v for k, v in one.items() if k != "box"} for one in told]
        )
    pafs.copy_files(
        str(tmp_path / "observations"),
        "land/observations",
        destination_filesystem=store,
    )

    prepared(ordered(tmp_path / "observations"), tmp_path / "here")
    prepared(ordered(f"{BUCKET}/observations"), tmp_path / "there")

    here, there = (open_series_folder(tmp_path / one) for one in ("here", "there"))
    assert there.places.boxes.tolist() == ["one", "two"]
    np.testing.assert_array_equal(here.values, there.values)
    np.testing.assert_array_equal(here.days, there.days)


@pytest.mark.usefixtures("store")
def test_a_bucket_without_observations_is_refused(tmp_path: Path) -> None:
    order = ordered(f"{BUCKET}/nothing")

    with pytest.raises(LibraryError, match="found none"):
        prepared(order, tmp_path / "series")
