"""What every test has around it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

CACHE = "TERROIR_CACHE"
"""Said here again: tests of the device run where there is no trainer."""


@pytest.fixture(scope="session", autouse=True)
def cache_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep graphs for the processes of this run, and none for another run."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE, str(folder))
        yield folder
