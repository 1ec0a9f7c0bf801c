"""The real broker holds every device to its own name."""

from pathlib import Path

import pytest

from tests.protocols.sample_messages import label_of, receipt_of
from tests.trainer.cloud_world import Cloud
from tests.trainer.conftest import OpenDevice
from tests.trainer.device_client import WITHIN_S, DeviceClient, connected_device
from trainer.identity.authority import create_authority
from trainer.workspace import ClientFiles

OURS = "acme/home-farm/scanner-1"
THEIRS = "acme/next-farm/scanner-1"


@pytest.fixture
def ingest(cloud: Cloud) -> ClientFiles:
    return cloud.workspace.identity_of("cloud-ingest")


def test_device_speaks_to_ingest_and_hears_its_receipt(
    cloud: Cloud, open_device: OpenDevice, ingest: ClientFiles
) -> None:
    with connected_device(ingest, cloud.workspace.settings.broker) as service:
        service.subscribe("$share/ingest/terroir/v1/+/+/+/label")
        device = open_device(OURS)

        device.send(label_of(OURS))
        service.send(receipt_of(OURS))

        assert service.next_message() == label_of(OURS)
        assert device.next_message() == receipt_of(OURS)


def test_device_cannot_write_to_another_farm(
    cloud: Cloud, open_device: OpenDevice, ingest: ClientFiles
) -> None:
    with connected_device(ingest, cloud.workspace.settings.broker) as service:
        service.subscribe("terroir/v1/+/+/+/label")
        device = open_device(THEIRS)

        device.publish(f"terroir/v1/{OURS}/label", b"forged")
        device.send(label_of(THEIRS))

        assert service.next_message() == label_of(THEIRS)
        assert service.inbox.empty()


def test_device_cannot_hear_another_farm(
    cloud: Cloud, open_device: OpenDevice, ingest: ClientFiles
) -> None:
    with connected_device(ingest, cloud.workspace.settings.broker) as service:
        device = open_device(THEIRS)
        device.subscribe(f"terroir/v1/{OURS}/receipt")
        device.subscribe("terroir/v1/#")

        service.send(receipt_of(OURS))
        service.send(receipt_of(THEIRS))

        assert device.next_message() == receipt_of(THEIRS)


def test_device_cannot_write_receipts(
    cloud: Cloud, open_device: OpenDevice, ingest: ClientFiles
) -> None:
    with connected_device(ingest, cloud.workspace.settings.broker) as service:
        device = open_device(OURS)

        device.publish(f"terroir/v1/{OURS}/receipt", b"forged")
        service.send(receipt_of(OURS))

        assert device.next_message() == receipt_of(OURS)


def test_client_id_of_another_device_takes_no_session_over(
    cloud: Cloud,
) -> None:
    endpoint = cloud.workspace.settings.broker
    first = DeviceClient(cloud.enrol(OURS), client_id=OURS)
    intruder = DeviceClient(cloud.enrol(THEIRS), client_id=OURS)
    first.connect(endpoint)

    intruder.connect(endpoint)
    intruder.close()
    first.send(label_of(OURS))

    assert first.ends.empty()
    first.close()


def test_certificate_of_a_foreign_authority_is_refused(
    cloud: Cloud, tmp_path: Path
) -> None:
    foreign = create_authority(tmp_path / "foreign").issue_client(OURS)
    foreign.write(tmp_path / "device.pem", tmp_path / "device.key")
    ours = cloud.workspace.authority / "authority.pem"
    files = ClientFiles(ours, tmp_path / "device.pem", tmp_path / "device.key")
    stranger = DeviceClient(files)

    stranger.begin_connecting(cloud.workspace.settings.broker)
    stranger.ends.get(timeout=WITHIN_S)
    stranger.close()

    assert stranger.connected.empty()
