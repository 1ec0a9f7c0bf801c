"""What every test has around it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

CACHE = "TERROIR_CACHE"
"""Said here again: tests of the device run where there is no trainer."""

WORKER = "PYTEST_XDIST_WORKER"
"""Set in the processes that share one run among them; each has a folder of its own."""


@pytest.fixture(scope="session", autouse=True)
def cache_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep graphs for the processes of this run, and none for another run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if WORKER in os.environ else base) / "cache"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE, str(folder))
        yield folder
