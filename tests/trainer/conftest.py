"""One cloud with a running broker a test module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.trainer.cloud_world import Cloud
from tests.trainer.device_client import DeviceClient, connected_device
from trainer.publishing.model_repository import ModelRepository
from trainer.publishing.signing_keys import SigningKeys

OpenDevice = Callable[[str], DeviceClient]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    world = Cloud(tmp_path_factory.mktemp("world"))
    world.start_broker()
    yield world
    world.close()


@pytest.fixture
def open_device(cloud: Cloud) -> Iterator[OpenDevice]:
    """Connect enrolled devices that listen on their own downlink."""
    with ExitStack() as stack:

        def open_one(address: str) -> DeviceClient:
            endpoint = cloud.workspace.settings.broker
            context = connected_device(cloud.enrol(address), endpoint)
            device = stack.enter_context(context)
            device.subscribe(f"terroir/v1/{address}/receipt")
            device.subscribe(f"terroir/v1/{address}/order")
            return device

        yield open_one


@pytest.fixture(scope="session")
def new_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sign an empty repository once, to be copied; making one takes a second."""
    root = tmp_path_factory.mktemp("new")
    keys = SigningKeys(root / "keys")
    keys.create()
    ModelRepository(root / "repository", keys).create()
    return root
