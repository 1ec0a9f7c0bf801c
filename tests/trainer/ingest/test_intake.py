"""Receipts say what the commit said, one a device."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from protocols.encoding import MSGPACK, encode
from protocols.messages import Message
from protocols.topics import topic_of
from tests.protocols.sample_messages import (
    birth_of,
    death_of,
    id_of,
    label_of,
    scan_of,
)
from trainer.ingest import intake as intake_module
from trainer.ingest.intake import Intake
from trainer.ingest.judgement import Accepted, Arrival, Refused, judge
from trainer.store.database import open_database
from trainer.store.sample_store import SampleStore

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
OTHER = "acme/next-farm/scanner-1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SampleStore]:
    engine = open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield SampleStore(engine)
    engine.dispose()


@pytest.fixture
def intake(store: SampleStore) -> Intake:
    return Intake(store, lambda: NOON)


def arrival_of(message: Message) -> Arrival:
    body = encode(message)
    return Arrival(str(topic_of(message)), body, MSGPACK, message.id.encode())


def test_each_device_of_a_batch_gets_one_receipt(intake: Intake) -> None:
    ours, theirs = label_of(), label_of(OTHER, id_of(20))

    receipts = intake.take([arrival_of(one) for one in (scan_of(), ours, theirs)])

    told = {str(one.address): one.accepted for one in receipts}
    assert told == {
        "acme/home-farm/scanner-1": (scan_of().id, ours.id),
        OTHER: (theirs.id,),
    }


def test_births_and_deaths_need_no_receipt(intake: Intake, store: SampleStore) -> None:
    assert intake.take([arrival_of(birth_of()), arrival_of(death_of())]) == []

    assert {one.kind for one in store.counts()} == {"birth", "death"}


def test_id_that_another_device_owns_is_rejected(intake: Intake) -> None:
    intake.take([arrival_of(label_of())])

    (receipt,) = intake.take([arrival_of(label_of(OTHER))])

    assert receipt.accepted == ()
    assert [one.record for one in receipt.rejected] == [label_of().id]


def test_message_that_breaks_the_judge_is_set_aside_and_the_rest_goes_on(
    intake: Intake,
    store: SampleStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken_for_scans(arrival: Arrival) -> Accepted | Refused:
        if arrival.topic.endswith("scan"):
            raise ZeroDivisionError
        return judge(arrival)

    monkeypatch.setattr(intake_module, "judge", broken_for_scans)
    with caplog.at_level(logging.ERROR):
        (receipt,) = intake.take([arrival_of(scan_of()), arrival_of(label_of())])

    assert (receipt.accepted, receipt.rejected) == ((label_of().id,), ())
    assert [one.body for one in store.quarantined()] == [encode(scan_of())]
    assert "ZeroDivisionError" in caplog.text
