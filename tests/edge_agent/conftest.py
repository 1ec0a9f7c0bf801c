"""A broker, an authority, a cloud desk and devices for the edge's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.simulators.broker import CLOUD, Broker
from tests.simulators.certificates import Authority
from tests.simulators.cloud_desk import CloudDesk
from tests.simulators.enrolled_device import EnrolledDevice, Enrolment
from tests.simulators.update_repository import UpdateRepository
from tests.simulators.update_server import serving

Enrol = Callable[..., EnrolledDevice]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that everybody in these tests trusts."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def broker(tmp_path: Path, authority: Authority) -> Iterator[Broker]:
    """A running Mosquitto."""
    broker = Broker(tmp_path / "broker", authority)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def cloud(broker: Broker, authority: Authority) -> Iterator[CloudDesk]:
    """A cloud service that gives receipts."""
    desk = CloudDesk(broker.port, authority.path, authority.issue(CLOUD, CLOUD))
    yield desk
    desk.close()


@pytest.fixture
def repository(tmp_path: Path) -> UpdateRepository:
    """A model repository that offers nothing yet."""
    return UpdateRepository(tmp_path / "repository")


@pytest.fixture
def repository_url(repository: UpdateRepository) -> Iterator[str]:
    """Where the model repository is served."""
    with serving(repository.metadata_folder.parent) as url:
        yield url


@pytest.fixture
def enrol(tmp_path: Path, authority: Authority) -> Iterator[Enrol]:
    """Enrol devices; their agents are ended after the test."""
    devices: list[EnrolledDevice] = []

    def enrol_one(enrolment: Enrolment | None = None) -> EnrolledDevice:
        folder = tmp_path / f"device-{len(devices)}"
        device = EnrolledDevice(folder, authority, enrolment or Enrolment())
        devices.append(device)
        return device

    yield enrol_one
    for device in devices:
        device.end()
