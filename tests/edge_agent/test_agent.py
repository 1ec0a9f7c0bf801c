"""The whole agent as a process: scans in, readings out, with and without a network."""

from protocols.messages import (
    Reading,
    UpdateReport,
)
from tests.edge_agent.conftest import Enrol
from tests.simulators.broker import Broker
from tests.simulators.cloud_desk import CloudDesk
from tests.simulators.enrolled_device import Enrolment, running
from tests.simulators.model_packages import TARGET, build_model_package
from tests.simulators.scan_files import drop
from tests.simulators.update_repository import UpdateRepository
from tests.simulators.waiting import wait_until


def test_scan_becomes_a_receipted_reading_with_the_model_of_the_repository(
    enrol: Enrol,
    broker: Broker,
    cloud: CloudDesk,
    repository: UpdateRepository,
    repository_url: str,
) -> None:
    digest = repository.publish(build_model_package())
    device = enrol(
        Enrolment(
            port=broker.port, repository=repository_url, root=repository.root_bytes
        )
    )

    with running(device):
        wait_until(lambda: cloud.of_kind(UpdateReport), "a report of the new model")
        drop(device.inbox, "A12")
        wait_until(lambda: device.summary().receipted >= 3, "everything receipted")

    (reading,) = cloud.of_kind(Reading)
    assert (reading.sample, reading.model) == ("A12", digest)
    assert reading.estimates[0].target == TARGET
    assert device.summary().waiting == 0
