"""What cannot be trusted is refused, and afterwards the device is as it was."""

import shutil
from pathlib import Path

import pytest

from deploy.processes import ProgramError, Programs
from deploy.world import Device, World
from tests.end_to_end.worlds import INSTRUMENT, start_agent_with_model, tree_digest

FARM = "acme/trust/scanner"


@pytest.fixture(scope="module")
def device(world: World) -> Device:
    """Return a device that runs its farm's first model and is then at rest."""
    enrolled = world.enrol(FARM, INSTRUMENT)
    agent = start_agent_with_model(world, enrolled)
    world.programs.stop(agent.name)
    return enrolled


@pytest.fixture
def repository(world: World, tmp_path: Path) -> Path:
    """Return the repository's folder, which is put back as it was afterwards."""
    return world.cloud / "repository"
