"""Killed, disconnected or refused by its store, ingest loses and doubles nothing."""

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from protocols.messages import Receipt
from tests.protocols.sample_messages import id_of, label_of, scan_of
from tests.trainer.cloud_world import Cloud
from tests.trainer.device_client import DeviceClient, connected_device
from tests.trainer.waiting import wait_until
from trainer.store.database import open_database
from trainer.store.sample_store import SampleStore

FARM = "home-farm"
DEVICE = f"acme/{FARM}/scanner-1"
WITHIN_S = 30


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """Start a cloud of this test's own, to be broken."""
    world = Cloud(tmp_path)
    world.start_broker()
    yield world
    world.close()


@pytest.fixture
def store(cloud: Cloud) -> Iterator[SampleStore]:
    engine = open_database(cloud.workspace.store_url)
    yield SampleStore(engine)
    engine.dispose()


@pytest.fixture
def device(cloud: Cloud) -> Iterator[DeviceClient]:
    endpoint = cloud.workspace.settings.broker
    files = cloud.enrol(DEVICE)
    with connected_device(files, endpoint, session_expiry_s=600) as client:
        client.subscribe(f"terroir/v1/{DEVICE}/receipt")
        yield client


def accepted_in(receipts: list[Receipt]) -> list[str]:
    return [record for receipt in receipts for record in receipt.accepted]


def test_killed_between_commit_and_receipt_stores_once_and_receipts_later(
    cloud: Cloud, store: SampleStore, device: DeviceClient
) -> None:
    program = ["-m", "tests.trainer.ingest.killed_ingest", str(cloud.workspace.root)]
    doomed = cloud.start("doomed", program)
    wait_until(lambda: "ingest is connected" in cloud.said("doomed"), "ingest")
    scan = scan_of(DEVICE)
    device.send(scan)
    assert doomed.wait(WITHIN_S) == -signal.SIGKILL
    assert store.scans_of("acme", FARM) == [scan]
    assert device.inbox.empty()

    cloud.start_ingest()
    receipts = device.receipts_until(lambda found: bool(accepted_in(found)))

    assert accepted_in(receipts) == [scan.id]
    assert [one.records for one in store.counts()] == [1]


def test_ingest_comes_back_after_the_broker_does(
    cloud: Cloud, device: DeviceClient
) -> None:
    cloud.start_ingest()
    cloud.stop_broker()
    cloud.start_broker()
    wait_until(
        lambda: cloud.said("ingest").count("ingest is connected") > 1,
        "ingest to connect again",
        WITHIN_S,
    )

    device.connected.get(timeout=WITHIN_S)
    device.send(scan_of(DEVICE))
    receipts = device.receipts_until(lambda found: bool(accepted_in(found)))

    assert accepted_in(receipts) == [scan_of(DEVICE).id]


def test_two_ingests_share_the_load(
    cloud: Cloud, store: SampleStore, device: DeviceClient
) -> None:
    count = 60
    first = cloud.start_ingest("first")
    second = cloud.start_ingest("second", "--instance", "2")

    for number in range(count):
        device.send(label_of(DEVICE, id_of(1000 + number)))
    receipts = device.receipts_until(lambda found: len(accepted_in(found)) >= count)

    for program in (first, second):
        program.terminate()
        program.wait(WITHIN_S)

    taken_in = [
        int(cloud.said(name).rpartition("taken in: ")[2])
        for name in ("first", "second")
    ]
    assert sum(taken_in) == len(set(accepted_in(receipts))) == count
    assert min(taken_in) > count / 4
    assert [one.records for one in store.counts()] == [count]


def test_store_that_cannot_write_gives_no_receipt_until_it_can(
    cloud: Cloud, store: SampleStore, device: DeviceClient
) -> None:
    cloud.start_ingest()
    path = cloud.workspace.root / "store.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        device.send(scan_of(DEVICE))
        wait_until(
            lambda: "could not commit" in cloud.said("ingest"), "a failure", WITHIN_S
        )
        assert device.inbox.empty()
        other.execute("ROLLBACK")

    receipts = device.receipts_until(lambda found: bool(accepted_in(found)))

    assert accepted_in(receipts) == [scan_of(DEVICE).id]
    assert [one.records for one in store.counts()] == [1]


def test_ingest_stops_when_it_is_asked_to(cloud: Cloud) -> None:
    program = cloud.start_ingest()

    program.terminate()

    assert program.wait(WITHIN_S) == 0
    assert "ingest has stopped" in cloud.said("ingest")
