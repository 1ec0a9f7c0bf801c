"""`terroir package` as its users run it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from protocols.errors import PackageError
from protocols.golden_vectors import GoldenVectors, GraphAnswer, golden_from_members
from protocols.model_package import build_package, parse_package
from tests.trainer.localisation.test_farm_package import package_bytes
from trainer.commands.package import app
from trainer.errors import ExportError, WorkspaceError

RUN = CliRunner()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.terroir"
    path.write_bytes(package_bytes(12))
    return path


def test_showing_prints_the_card_for_people(path: Path) -> None:
    shown = RUN.invoke(app, ["show", str(path)])

    assert shown.exit_code == 0
    assert "Soil model of acme/home-farm" in shown.output


def test_showing_prints_the_manifest_for_programs(path: Path) -> None:
    shown = RUN.invoke(app, ["show", str(path), "--json"])

    assert json.loads(shown.output)["local_labels"] == 12


def test_a_good_package_is_verified(path: Path) -> None:
    done = RUN.invoke(app, ["verify", str(path)])

    assert done.exit_code == 0
    assert "8 golden scans agree" in done.output


def test_a_graph_that_answers_otherwise_is_refused(path: Path) -> None:
    found = parse_package(path.read_bytes())
    golden = golden_from_members(found.members, found.manifest)
    answer = golden.answer
    lie = GraphAnswer(answer.value + 1, answer.low, answer.high, answer.novelty)
    members = {**found.members, **GoldenVectors(golden.spectrum, lie).to_members()}
    path.write_bytes(build_package(found.manifest, members))

    done = RUN.invoke(app, ["verify", str(path)])

    assert isinstance(done.exception, ExportError)


def test_a_damaged_package_is_refused(path: Path) -> None:
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)

    done = RUN.invoke(app, ["verify", str(path)])

    assert isinstance(done.exception, PackageError)


def test_a_missing_package_is_refused(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["show", str(tmp_path / "none.terroir")])

    assert isinstance(done.exception, WorkspaceError)
