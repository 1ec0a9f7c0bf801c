"""The whole agent as a process: scans in, readings out, models changed under way."""

import json
from collections.abc import Iterator

import pytest

from edge_agent.__main__ import main
from edge_agent.active_model import package_path, read_active
from edge_agent.installed_runtimes import installed_runtimes
from protocols.identifiers import parse_address
from protocols.messages import DeviceBirth, Reading, UpdateReport
from tests.edge_agent.conftest import Enrol
from tests.simulators.broker import Broker
from tests.simulators.cloud_desk import CloudDesk
from tests.simulators.enrolled_device import (
    ADDRESS,
    EnrolledDevice,
    Enrolment,
    running,
)
from tests.simulators.model_packages import TARGET, PackageRecipe, build_model_package
from tests.simulators.scan_files import drop
from tests.simulators.update_repository import UpdateRepository
from tests.simulators.waiting import wait_until


@pytest.fixture
def device(
    enrol: Enrol, broker: Broker, repository: UpdateRepository, repository_url: str
) -> EnrolledDevice:
    """A device of a fleet, enrolled and not yet running."""
    root = repository.root_bytes
    return enrol(Enrolment(port=broker.port, repository=repository_url, root=root))


@pytest.fixture
def first(
    device: EnrolledDevice, repository: UpdateRepository, cloud: CloudDesk
) -> Iterator[str]:
    """The digest of the first model, which the running device has activated."""
    digest = repository.publish(build_model_package())
    with running(device):
        wait_until(lambda: read_active(device.state).digest == digest, "the model")
        wait_until(lambda: cloud.of_kind(UpdateReport), "the report of it")
        wait_until(lambda: device.summary().receipted == 1, "its receipt")
        yield digest


def models_of(cloud: CloudDesk) -> dict[str, str]:
    """Return which model has read which sample."""
    return {one.sample: one.model for one in cloud.of_kind(Reading)}


def test_scan_becomes_a_receipted_reading_with_the_model_of_the_repository(
    device: EnrolledDevice, cloud: CloudDesk, first: str
) -> None:
    drop(device.inbox, "A12")

    wait_until(lambda: device.summary().receipted == 3, "everything receipted")

    (reading,) = cloud.of_kind(Reading)
    (estimate,) = reading.estimates
    assert (reading.sample, reading.model) == ("A12", first)
    assert (estimate.target, estimate.unit) == (TARGET, "%")
    assert estimate.low < estimate.value < estimate.high
    assert reading.clock_is_trusted


def test_order_brings_the_next_model_and_the_next_scan_uses_it(
    device: EnrolledDevice, cloud: CloudDesk, repository: UpdateRepository, first: str
) -> None:
    drop(device.inbox, "A1")
    wait_until(lambda: "A1" in models_of(cloud), "the first reading")

    second = repository.publish(build_model_package(PackageRecipe(seed=2)))
    cloud.order_update(parse_address(ADDRESS), second)
    wait_until(lambda: len(cloud.of_kind(UpdateReport)) == 2, "the second report")
    drop(device.inbox, "A2")

    wait_until(lambda: "A2" in models_of(cloud), "the second reading")
    assert models_of(cloud) == {"A1": first, "A2": second}


def test_ordered_model_that_is_refused_is_reported_and_the_old_one_reads_on(
    device: EnrolledDevice, cloud: CloudDesk, repository: UpdateRepository, first: str
) -> None:
    wrong = PackageRecipe(seed=2, golden_is_wrong_by=0.2)
    digest = repository.publish(build_model_package(wrong))
    cloud.order_update(parse_address(ADDRESS), digest)
    wait_until(lambda: len(cloud.of_kind(UpdateReport)) == 2, "the second report")
    drop(device.inbox, "A2")

    wait_until(lambda: models_of(cloud) == {"A2": first}, "a reading of the old model")
    report = cloud.of_kind(UpdateReport)[-1]
    assert (report.outcome, report.running, report.offered) == (
        "refused",
        first,
        digest,
    )


def test_damaged_model_is_reported_and_fetched_again(
    device: EnrolledDevice, cloud: CloudDesk, first: str
) -> None:
    package_path(device.state, first).write_bytes(b"damaged")
    drop(device.inbox, "A1")

    wait_until(lambda: len(cloud.of_kind(UpdateReport)) == 3, "damage and repair told")
    outcomes = [one.outcome for one in cloud.of_kind(UpdateReport)]
    assert outcomes == ["activated", "refused", "activated"]
    drop(device.inbox, "A2")

    wait_until(lambda: models_of(cloud) == {"A2": first}, "a reading after the repair")
    assert device.summary().scans == 2


def test_device_is_born_with_its_model_and_what_waits(
    device: EnrolledDevice, cloud: CloudDesk, first: str
) -> None:
    device.end()
    words = f"label --sample A1 --target {TARGET} --value 1.4 --unit %".split()
    assert main([*words, "--settings", str(device.settings_path)]) == 0
    device.start()

    wait_until(lambda: len(cloud.of_kind(DeviceBirth)) == 2, "the second birth")

    birth = cloud.of_kind(DeviceBirth)[-1]
    assert (birth.model, birth.waiting) == (first, 1)
    assert birth.runtime == ", ".join(installed_runtimes())


def test_status_beside_a_running_agent_says_that_it_is_connected(
    device: EnrolledDevice, first: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["status", "--json", "--settings", str(device.settings_path)]

    assert main(words) == 0

    status = json.loads(capsys.readouterr().out)
    assert (status["is_running"], status["is_connected"]) == (True, True)
    assert status["model"] == first
