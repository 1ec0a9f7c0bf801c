"""A gateway takes its farm's crop model over the air, beside that for soils."""

import json
from pathlib import Path

import pytest

from edge_agent.__main__ import main
from edge_agent.active_model import CROPS_FOLDER, read_active
from edge_agent.exit_codes import ExitCode
from protocols.model_package import CROP_TARGET
from tests.edge_agent.conftest import Enrol
from tests.simulators.enrolled_device import EnrolledDevice, Enrolment
from tests.simulators.file_tree import digests_of
from tests.simulators.golden_fields import (
    HARVEST,
    PACKAGE,
    as_csv,
    golden_crop_package,
    golden_rows,
)
from tests.simulators.model_packages import build_model_package
from tests.simulators.update_repository import UpdateRepository


@pytest.fixture
def gateway(
    enrol: Enrol, repository: UpdateRepository, repository_url: str
) -> EnrolledDevice:
    """A gateway that is enrolled and has no model yet."""
    root = repository.root_bytes
    return enrol(Enrolment(repository=repository_url, root=root))


def call(gateway: EnrolledDevice, *words: str | Path) -> int:
    """Run a command with the gateway's settings."""
    name, *rest = map(str, words)
    return main([name, "--settings", str(gateway.settings_path), *rest])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """What was seen of golden places."""
    path = tmp_path / "fields.csv"
    path.write_text(as_csv(golden_rows(golden_crop_package())))
    return path


def test_a_published_crop_model_is_proved_and_asked(
    gateway: EnrolledDevice,
    repository: UpdateRepository,
    table: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    digest = repository.publish(PACKAGE.read_bytes(), name=CROP_TARGET)

    assert call(gateway, "update", "--crops") == ExitCode.OK
    assert "activated" in capsys.readouterr().out
    code = call(gateway, "crops", table, "--json", "--date", f"{HARVEST}-12-31")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == ExitCode.OK
    assert {one["model"] for one in lines} == {digest}


def test_models_of_both_kinds_leave_each_other_alone(
    gateway: EnrolledDevice, repository: UpdateRepository
) -> None:
    soil = repository.publish(build_model_package())
    crops = repository.publish(PACKAGE.read_bytes(), name=CROP_TARGET)

    assert call(gateway, "update") == ExitCode.OK
    assert call(gateway, "update", "--crops") == ExitCode.OK

    assert read_active(gateway.state).digest == soil
    assert read_active(gateway.state / CROPS_FOLDER).digest == crops


def test_a_soil_model_under_the_name_of_a_crop_model_changes_nothing(
    gateway: EnrolledDevice, repository: UpdateRepository
) -> None:
    repository.publish(PACKAGE.read_bytes(), name=CROP_TARGET)
    assert call(gateway, "update", "--crops") == ExitCode.OK
    before = digests_of(gateway.state, "tuf")
    repository.publish(build_model_package(), name=CROP_TARGET)

    assert call(gateway, "update", "--crops") == ExitCode.REFUSED

    assert digests_of(gateway.state, "tuf") == before


def test_a_gateway_without_a_crop_model_says_how_to_bring_one(
    gateway: EnrolledDevice, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(gateway, "crops", table) == ExitCode.PACKAGE

    assert "bring it with `terroir-edge update --crops`" in capsys.readouterr().err


def test_a_damaged_crop_model_is_not_asked(
    gateway: EnrolledDevice,
    repository: UpdateRepository,
    table: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    digest = repository.publish(PACKAGE.read_bytes(), name=CROP_TARGET)
    call(gateway, "update", "--crops")
    path = gateway.state / CROPS_FOLDER / "packages" / f"{digest}.terroir"
    path.write_bytes(path.read_bytes()[:-1])

    assert call(gateway, "crops", table) == ExitCode.PACKAGE

    assert f"model {digest[:12]} cannot be used" in capsys.readouterr().err
