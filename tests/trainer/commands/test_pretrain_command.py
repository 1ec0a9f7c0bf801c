"""`terroir pretrain` says how intervals held on farms that it left out."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.trainer.localisation.made_soils import CARBON, made_library
from trainer.commands.pretrain import app
from trainer.library.parquet_table import write_library
from trainer.localisation.knowledge.knowledge_file import load_knowledge

RUN = CliRunner()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "library.parquet"
    write_library(made_library(3, 25), path)
    return path


def pretrain(library: Path, out: Path, *words: str) -> Result:
    return RUN.invoke(app, ["--library", str(library), "--out", str(out), *words])


def test_how_intervals_held_is_told_and_kept(library: Path, tmp_path: Path) -> None:
    out = tmp_path / "knowledge.npz"

    done = pretrain(library, out)

    assert done.exit_code == 0, done.output
    measured = load_knowledge(out).measured
    assert [one.labels for one in measured] == [0, 9]
    assert f"{CARBON}, 9 labels: {measured[1].coverage:.0%} of" in done.stdout
    assert measured[1].farms == 3


def test_a_program_reads_it_too(library: Path, tmp_path: Path) -> None:
    done = pretrain(library, tmp_path / "knowledge.npz", "--json")

    (_, nine) = json.loads(done.stdout)["intervals"]
    assert nine["target"] == CARBON
    assert 0.5 < nine["coverage"] <= 1


def test_measuring_may_be_left_out(library: Path, tmp_path: Path) -> None:
    out = tmp_path / "knowledge.npz"

    done = pretrain(library, out, "--without-measuring", "--json")

    assert json.loads(done.stdout)["intervals"] == []
    assert load_knowledge(out).measured == ()
