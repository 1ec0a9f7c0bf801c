"""Made imagery, and series that were prepared from it once."""

from pathlib import Path

import pytest

from tests.trainer.crops.preparation.prepare_runs import run
from trainer.crops.made_imagery.made_imagery import (
    MadeImagery,
    MadeOrder,
    write_made_imagery,
)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeImagery:
    """Make four boxes of land in two years."""
    order = MadeOrder(boxes=4, side=10, years=(2020, 2021), seed=3)
    return write_made_imagery(tmp_path_factory.mktemp("made"), order)


@pytest.fixture(scope="session")
def series(made: MadeImagery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("prepared") / "series"
    done = run(made, into)
    assert done.exit_code == 0, done.output
    return into
