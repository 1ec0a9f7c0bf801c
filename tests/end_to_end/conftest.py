"""One cloud for all end-to-end tests; every test enrols devices on farms of its own."""

from collections.abc import Iterator

import pytest

from deploy.world import World
from tests.end_to_end.worlds import running_cloud


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a running cloud."""
    with running_cloud(tmp_path_factory.mktemp("world")) as running:
        yield running
