"""The real ingest between the real broker and the real store."""

from collections.abc import Iterator

import pytest

from protocols.encoding import encode
from protocols.messages import Receipt
from tests.protocols.sample_messages import id_of, label_of, scan_of
from tests.trainer.cloud_world import Cloud
from tests.trainer.conftest import OpenDevice
from trainer.store.database import open_database
from trainer.store.sample_store import SampleStore


@pytest.fixture(scope="module")
def store(cloud: Cloud) -> Iterator[SampleStore]:
    engine = open_database(cloud.workspace.store_url)
    yield SampleStore(engine)
    engine.dispose()


@pytest.fixture(scope="module", autouse=True)
def _ingest(cloud: Cloud) -> None:
    cloud.start_ingest()


def accepted_in(receipts: list[Receipt]) -> list[str]:
    return [record for receipt in receipts for record in receipt.accepted]


def stored(store: SampleStore, farm: str) -> int:
    return sum(one.records for one in store.counts() if one.farm == farm)


def test_record_is_stored_and_receipted(
    open_device: OpenDevice, store: SampleStore
) -> None:
    device = open_device("acme/first-farm/scanner-1")
    scan = scan_of("acme/first-farm/scanner-1", id_of(100))

    device.send(scan)
    receipts = device.receipts_until(lambda found: bool(accepted_in(found)))

    assert accepted_in(receipts) == [scan.id]
    assert store.scans_of("acme", "first-farm") == [scan]


def test_record_sent_twice_is_stored_once_and_receipted_twice(
    open_device: OpenDevice, store: SampleStore
) -> None:
    device = open_device("acme/twice-farm/scanner-1")
    label = label_of("acme/twice-farm/scanner-1", id_of(200))

    device.send(label)
    device.send(label)
    receipts = device.receipts_until(lambda found: len(accepted_in(found)) > 1)

    assert accepted_in(receipts) == [label.id] * 2
    assert stored(store, "twice-farm") == 1


def test_undecodable_body_is_quarantined_and_rejected_by_its_id(
    open_device: OpenDevice, store: SampleStore
) -> None:
    device = open_device("acme/odd-farm/scanner-1")
    topic = "terroir/v1/acme/odd-farm/scanner-1/scan"

    device.publish(topic, b"\xc1 no message", id_of(300))
    receipt = device.next_message()

    assert isinstance(receipt, Receipt)
    assert [one.record for one in receipt.rejected] == [id_of(300)]
    assert (topic, b"\xc1 no message") in [
        (one.topic, one.body) for one in store.quarantined()
    ]
    assert stored(store, "odd-farm") == 0


def test_message_that_names_another_farm_is_rejected(
    open_device: OpenDevice, store: SampleStore
) -> None:
    device = open_device("acme/liar-farm/scanner-1")
    forged = label_of("acme/robbed-farm/scanner-1", id_of(400))

    device.publish(
        "terroir/v1/acme/liar-farm/scanner-1/label", encode(forged), forged.id
    )
    receipt = device.next_message()

    assert isinstance(receipt, Receipt)
    assert [one.record for one in receipt.rejected] == [forged.id]
    assert "acme/robbed-farm" in receipt.rejected[0].reason
    assert stored(store, "robbed-farm") == 0


def test_more_records_flow_than_the_broker_keeps_in_flight(
    open_device: OpenDevice, store: SampleStore
) -> None:
    address, count = "acme/busy-farm/scanner-1", 300
    device = open_device(address)

    for number in range(count):
        device.send(label_of(address, id_of(5000 + number)))
    receipts = device.receipts_until(lambda found: len(accepted_in(found)) >= count)

    assert len(set(accepted_in(receipts))) == count
    assert stored(store, "busy-farm") == count
