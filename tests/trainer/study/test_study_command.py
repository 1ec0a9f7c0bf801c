"""`terroir study` as its users run it."""

import json
from pathlib import Path

import pytest

from tests.trainer.commands.terroir_command import terroir
from tests.trainer.localisation.made_soils import CARBON, made_library
from trainer.commands.study import study_arms
from trainer.errors import EvaluationError
from trainer.exit_codes import ExitCode
from trainer.library.parquet_table import write_library


def test_a_study_prints_its_record_and_leaves_a_report(tmp_path: Path) -> None:
    write_library(made_library(farms=3), tmp_path / "library.parquet")
    told = (
        *("study", "--library", tmp_path / "library.parquet", "--targets", CARBON),
        *("--arms", "local:pls", "global:pls", "--labels", "5", "12"),
        *("--seeds", "1", "--out", tmp_path / "study"),
    )

    first = terroir(*told, "--json")

    record = json.loads(first.stdout)
    assert first.returncode == ExitCode.DONE
    assert record["labels"] == [5, 12]
    assert len(record["scores"]) == 2 * 2 * 3
    assert (tmp_path / "study" / "report.html").is_file()


def test_an_arm_that_is_not_there_leaves_no_folder(tmp_path: Path) -> None:
    write_library(made_library(farms=2), tmp_path / "library.parquet")

    with pytest.raises(EvaluationError, match="expected arms such as auto, average"):
        study_arms(
            library=tmp_path / "library.parquet",
            targets=[CARBON],
            arms=["magic"],
            labels=[5],
            out=tmp_path / "study",
        )

    assert not (tmp_path / "study").exists()
