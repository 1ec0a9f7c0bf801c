"""A batch is durable as a whole or not at all, and every record is there once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from protocols.identifiers import DeviceAddress
from protocols.messages import ScanSample, Uplink
from tests.protocols.sample_messages import (
    birth_of,
    death_of,
    id_of,
    label_of,
    reading_of,
    report_of,
    scan_of,
)
from trainer.errors import StoreError
from trainer.store.database import open_database
from trainer.store.farm_activity import read_activity
from trainer.store.sample_store import Batch, QuarantinedBody, SampleStore

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> SampleStore:
    return SampleStore(engine)


def batch(*records: Uplink, at: datetime = NOON) -> Batch:
    return Batch(received_at=at, records=records)


def test_every_kind_of_record_is_counted(store: SampleStore) -> None:
    records = (birth_of(), death_of(), scan_of(), reading_of(), label_of(), report_of())

    committed = store.commit(batch(*records))

    assert committed.accepted == {record.id for record in records}
    kinds = {one.kind: one.records for one in store.counts()}
    assert kinds == dict.fromkeys(
        ("birth", "death", "scan", "reading", "label", "report"), 1
    )


def test_record_that_is_there_is_accepted_again_and_kept_once(
    store: SampleStore,
) -> None:
    store.commit(batch(scan_of()))

    committed = store.commit(batch(scan_of(), label_of()))

    assert committed.accepted == {scan_of().id, label_of().id}
    assert committed.duplicates == {scan_of().id}
    assert len(store.scans_of("acme", "home-farm")) == 1


def test_record_twice_in_a_batch_is_kept_once(store: SampleStore) -> None:
    committed = store.commit(batch(scan_of(), scan_of()))

    assert committed.accepted == {scan_of().id}
    assert [one.records for one in store.counts()] == [1]


def test_id_of_another_device_is_a_conflict_and_changes_nothing(
    store: SampleStore,
) -> None:
    store.commit(batch(label_of()))

    committed = store.commit(batch(label_of("acme/next-farm/scanner-1")))

    assert committed.accepted == frozenset()
    assert committed.conflicts == {label_of().id}
    assert store.labels_of("acme", "home-farm") == [label_of()]
    assert store.labels_of("acme", "next-farm") == []


def test_refused_body_is_quarantined_once(store: SampleStore) -> None:
    body = QuarantinedBody("terroir/v1/a/b/c/scan", "no message", b"\xc1", id_of(9))

    store.commit(Batch(received_at=NOON, quarantined=[body]))
    store.commit(Batch(received_at=NOON, quarantined=[body]))

    assert store.quarantined() == [body]


def test_full_disk_commits_nothing_of_the_batch(
    store: SampleStore, engine: Engine
) -> None:
    store.commit(batch(birth_of()))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    many = [scan_of(record=id_of(number)) for number in range(100, 200)]

    with pytest.raises(StoreError, match="full"):
        store.commit(batch(*many))

    assert [one.kind for one in store.counts()] == ["birth"]


def test_commit_survives_reopening(
    store: SampleStore, engine: Engine, path: Path
) -> None:
    store.commit(batch(label_of()))
    engine.dispose()

    with closing(sqlite3.connect(path)) as other:
        rows = other.execute("SELECT id, kind, sample, at FROM records").fetchall()

    assert rows == [(label_of().id, "label", "A12", "2026-05-04 09:30:15.250000")]


def test_times_of_other_zones_are_stored_in_utc(
    store: SampleStore, engine: Engine
) -> None:
    east = datetime(2026, 5, 4, 12, tzinfo=timezone(timedelta(hours=2)))
    store.commit(batch(scan_of(), label_of(), at=east))

    arrived = read_activity(engine)[0].labels[0].arrived_at

    assert arrived == east
    assert arrived.tzinfo is UTC


def test_only_scans_with_a_spectrum_are_scans_of_a_farm(store: SampleStore) -> None:
    refused = ScanSample(
        id=id_of(50),
        at=NOON,
        tenant="acme",
        farm="home-farm",
        device="scanner-1",
        sample="A13",
        instrument=scan_of().instrument,
        refusal="saturated",
    )

    store.commit(batch(scan_of(), refused))

    assert store.scans_of("acme", "home-farm") == [scan_of()]


def test_devices_of_a_farm_are_those_that_came_online(store: SampleStore) -> None:
    store.commit(batch(birth_of(), label_of("acme/home-farm/desk-1", id_of(60))))

    devices = store.devices_of("acme", "home-farm")

    assert devices == [DeviceAddress("acme", "home-farm", "scanner-1")]


def test_latest_label_by_its_own_time_counts(
    store: SampleStore, engine: Engine
) -> None:
    late = msgspec.structs.replace(label_of(record=id_of(70)), at=NOON)
    store.commit(batch(scan_of(), late))
    store.commit(batch(label_of(record=id_of(71)), at=NOON + timedelta(hours=1)))

    labels = read_activity(engine)[0].labels

    assert [label.record for label in labels] == [id_of(70)]


def test_database_that_cannot_be_opened_says_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"\[store\] url"):
        open_database(f"sqlite:///{tmp_path / 'absent' / 'store.sqlite'}")


def test_sqlite_syncs_every_commit(engine: Engine) -> None:
    with engine.connect() as connection:
        modes = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert modes == ["wal", 2, 1]
