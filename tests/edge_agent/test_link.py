"""The link over a real broker: receipts, kills, cuts, strangers and nonsense."""

from collections.abc import Iterator

import pytest

from edge_agent.__main__ import main
from protocols.identifiers import parse_address
from protocols.messages import (
    DeviceBirth,
    DeviceDeath,
    LabelledSample,
    ScanSample,
    UpdateReport,
)
from tests.edge_agent.conftest import Enrol
from tests.simulators.broker import Broker
from tests.simulators.cloud_desk import CloudDesk
from tests.simulators.enrolled_device import ADDRESS, EnrolledDevice, Enrolment, running
from tests.simulators.scan_files import drop
from tests.simulators.tcp_proxy import TcpProxy
from tests.simulators.waiting import wait_until


@pytest.fixture
def device(enrol: Enrol, broker: Broker) -> Iterator[EnrolledDevice]:
    """A running device that does not look for models."""
    with running(enrol(Enrolment(port=broker.port, looks_for_models=False))) as one:
        yield one


@pytest.fixture
def proxy(broker: Broker) -> Iterator[TcpProxy]:
    """A network to the broker."""
    proxy = TcpProxy(broker.port)
    yield proxy
    proxy.close()


def test_receipt_takes_a_record_out_of_the_outbox(
    cloud: CloudDesk, device: EnrolledDevice
) -> None:
    drop(device.inbox, "A12")

    wait_until(lambda: device.summary().receipted == 1, "the scan receipted")

    assert device.summary().waiting == 0
    assert [one.id for one in device.records("scan")] == [
        one.id for one in cloud.of_kind(ScanSample)
    ]


def test_record_without_receipt_is_sent_again_until_one_comes(
    cloud: CloudDesk, device: EnrolledDevice
) -> None:
    cloud.gives_receipts = False
    drop(device.inbox, "A12")

    wait_until(lambda: len(cloud.of_kind(ScanSample)) >= 2, "the scan sent again")
    assert device.summary().waiting == 1
    cloud.gives_receipts = True

    wait_until(lambda: device.summary().receipted == 1, "the scan receipted")
    assert len({one.id for one in cloud.of_kind(ScanSample)}) == 1


def test_rejected_record_stays_in_the_journal_with_its_reason(
    cloud: CloudDesk, device: EnrolledDevice
) -> None:
    cloud.rejects = "farm is closed"
    drop(device.inbox, "A12")

    wait_until(lambda: device.summary().rejected == 1, "the scan rejected")

    assert device.summary().last_rejection == "farm is closed"
    assert device.summary().waiting == 0


def test_everything_is_sent_after_the_broker_was_killed(
    broker: Broker, cloud: CloudDesk, device: EnrolledDevice
) -> None:
    wait_until(lambda: cloud.of_kind(DeviceBirth), "the device online")
    cloud.gives_receipts = False
    drop(device.inbox, "before")
    wait_until(lambda: cloud.of_kind(ScanSample), "the scan with the cloud")

    broker.kill()
    drop(device.inbox, "meanwhile")
    device.wait_for_scans(2)
    cloud.gives_receipts = True
    broker.start()

    wait_until(lambda: device.summary().receipted == 2, "both scans receipted")
    assert device.summary().waiting == 0


def test_scans_of_a_network_cut_arrive_when_it_is_mended(
    enrol: Enrol, cloud: CloudDesk, proxy: TcpProxy
) -> None:
    with running(enrol(Enrolment(port=proxy.port, looks_for_models=False))) as device:
        wait_until(lambda: cloud.of_kind(DeviceBirth), "the device online")
        proxy.cut()
        for number in range(5):
            drop(device.inbox, f"A{number}", seed=number)
        device.wait_for_scans(5)
        assert device.summary().waiting == 5

        proxy.mend()

        wait_until(lambda: device.summary().receipted == 5, "all scans receipted")
    reasons = [one.reason for one in cloud.of_kind(DeviceDeath)]
    assert "lost" in reasons, "expected the broker to have told of the lost device"


def test_stopped_device_says_so(cloud: CloudDesk, device: EnrolledDevice) -> None:
    wait_until(lambda: cloud.of_kind(DeviceBirth), "the device online")

    assert device.end() == 0

    wait_until(lambda: cloud.of_kind(DeviceDeath), "word of the stopped device")
    assert [one.reason for one in cloud.of_kind(DeviceDeath)] == ["stopped"]


def test_device_with_another_name_than_its_certificate_reaches_nobody(
    enrol: Enrol, broker: Broker, cloud: CloudDesk
) -> None:
    device = enrol(Enrolment(port=broker.port, looks_for_models=False))
    text = device.settings_path.read_text()
    other = text.replace(f'address = "{ADDRESS}"', 'address = "acme/far-farm/s-1"')
    device.settings_path.write_text(other)

    with running(device):
        drop(device.inbox, "A12")
        device.wait_for_scans(1)
        wait_until(lambda: "refused a record" in device.log, "the broker's refusal")

    assert device.summary().waiting == 1
    assert not cloud.taken


def test_nonsense_from_the_cloud_is_counted_and_ignored(
    cloud: CloudDesk, device: EnrolledDevice
) -> None:
    wait_until(lambda: cloud.of_kind(DeviceBirth), "the device online")

    cloud.send_bytes(f"terroir/v1/{ADDRESS}/receipt", b"\xff\x00nonsense")
    wait_until(lambda: "ignored what came" in device.log, "the nonsense ignored")

    drop(device.inbox, "A12")
    wait_until(lambda: device.summary().receipted == 1, "the next scan receipted")


def test_order_makes_the_device_look_and_answer(
    cloud: CloudDesk, device: EnrolledDevice
) -> None:
    wait_until(lambda: cloud.of_kind(DeviceBirth), "the device online")

    cloud.order_update(parse_address(ADDRESS), "ab" * 32)

    wait_until(lambda: cloud.of_kind(UpdateReport), "a report of the look")
    wait_until(lambda: device.summary().receipted == 1, "the report receipted")


def test_label_entered_beside_a_running_agent_is_sent_at_once(
    cloud: CloudDesk, device: EnrolledDevice
) -> None:
    wait_until(lambda: cloud.of_kind(DeviceBirth), "the device online")

    words = "label --sample A12 --target oc_usda.c729_w.pct --value 1.4 --unit %"
    code = main([*words.split(), "--settings", str(device.settings_path)])

    assert code == 0
    wait_until(lambda: cloud.of_kind(LabelledSample), "the label with the cloud")
    wait_until(lambda: device.summary().receipted == 1, "the label receipted")
