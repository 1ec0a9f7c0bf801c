"""`terroir evaluate` as its users run it."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.trainer.evaluation.made_methods import made_catalogue
from tests.trainer.localisation.made_soils import CARBON, made_library
from trainer.commands.evaluate import app
from trainer.commands.spaced_lists import repeated
from trainer.errors import EvaluationError, LibraryError
from trainer.evaluation.method_catalogue import (
    CATALOGUE,
    calibration_of,
    with_baselines,
)
from trainer.exit_codes import ExitCode
from trainer.library.parquet_table import read_library, write_library
from trainer.library.splits import Fold, make_split, save_split
from trainer.networks.named_recipes import recipe_named
from trainer.networks.network_recipe import recipe_as_json

RUN = CliRunner()
__all__ = ["made_catalogue"]


@pytest.fixture
def library(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    request.getfixturevalue("made_catalogue")
    path = tmp_path / "library.parquet"
    write_library(made_library(2, 24), path)
    return path


def evaluate(library: Path, *options: object) -> Result:
    words = ["--library", library, "--targets", CARBON, "--out", library.parent / "out"]
    return RUN.invoke(app, [str(word) for word in (*words, *options)])


def test_it_leaves_a_page_a_record_predictions_and_cards(library: Path) -> None:
    done = evaluate(library, "--methods", "mean", "one-band", "--folds", 4)

    assert done.exit_code == 0, done.output
    out = library.parent / "out"
    assert {path.name for path in out.iterdir()} == {
        "report.html",
        "evaluation.json",
        "predictions.csv",
        "card-mean.md",
        "card-one-band.md",
        "split-0.json",
        "split-1.json",
        "split-2.json",
        "fits",
    }
    with (out / "predictions.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 48 * 2 * 3


def test_it_tells_programs_everything_and_leaves_baselines_out(library: Path) -> None:
    words = ("--methods", "one-band", "broken", "--no-baselines", "--seeds", 1)

    done = evaluate(library, *words, "--folds", 4, "--json")

    told = json.loads(done.stdout)
    assert [one["name"] for one in told["methods"]] == ["one-band"]
    assert {one["method"] for one in told["failures"]} == {"broken"}
    assert told == json.loads((library.parent / "out/evaluation.json").read_text())


def test_a_stopped_run_keeps_what_is_finished_and_says_so(library: Path) -> None:
    done = evaluate(library, "--methods", "one-band", "stopped", "--folds", 4)

    assert done.exit_code == ExitCode.INTERRUPTED
    assert "run the same again" in done.stderr
    out = library.parent / "out"
    assert len(list((out / "fits").iterdir())) == 2
    assert not (out / "report.html").exists()


def test_a_run_in_which_no_method_finished_ends_as_refused(library: Path) -> None:
    words = ("--methods", "broken", "--no-baselines", "--seeds", 1, "--folds", 2)

    done = evaluate(library, *words)

    assert done.exit_code == ExitCode.REFUSED
    assert "failed: broken" in done.stdout
    assert (library.parent / "out" / "report.html").exists()


def test_a_saved_split_is_used_by_every_seed(library: Path) -> None:
    saved = library.with_name("split.json")
    save_split(make_split(read_library(library), "leave-farm-out", 2, 0), saved)

    done = evaluate(library, "--methods", "mean", "--split", saved, "--json")

    (split,) = json.loads(done.stdout)["splits"]
    assert (split["kind"], split["folds"]) == ("leave-farm-out", 2)


def test_a_split_that_leaks_is_refused_by_the_groups_name(library: Path) -> None:
    whole = make_split(read_library(library), "grouped", 4, 0)
    leaky = Fold(train=tuple(range(10)), test=tuple(range(9, 20)))
    saved = library.with_name("split.json")
    save_split(replace(whole, folds=(leaky,)), saved)

    done = evaluate(library, "--methods", "mean", "--split", saved)

    assert isinstance(done.exception, EvaluationError)
    assert "'m0.9'" in str(done.exception)
    assert not (library.parent / "out").exists()


def test_a_split_of_another_library_is_refused(library: Path) -> None:
    saved = library.with_name("split.json")
    save_split(make_split(made_library(3), "grouped", 4, 0), saved)

    done = evaluate(library, "--methods", "mean", "--split", saved)

    assert isinstance(done.exception, LibraryError)


def test_an_unknown_method_is_refused_with_those_there_are(library: Path) -> None:
    done = evaluate(library, "--methods", "crystal-ball")

    assert "mean, one-band, broken, stopped, or" in str(done.exception)


def test_several_words_after_one_option_are_repeated() -> None:
    words = ["--out", "x", "--sizes", "30", "-1", "--names", "a", "b", "--json"]

    told = list(repeated(words, {"--sizes", "--names"}))

    assert told == [
        *("--out", "x", "--sizes", "30", "--sizes", "-1"),
        *("--names", "a", "--names", "b", "--json"),
    ]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_method_of_the_catalogue_is_what_its_name_says(name: str) -> None:
    assert calibration_of(name).name == name


def test_baselines_stand_before_every_method_once() -> None:
    together = with_baselines(("ridge", "pls"))

    assert together == ("mean", "pls", "memory-based", "ridge")


def test_a_recipe_that_search_wrote_is_a_method_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "found.recipe.json"
    path.write_bytes(recipe_as_json(recipe_named("cnn-usa")))

    assert calibration_of(str(path)) == calibration_of("cnn-usa")


def test_a_recipe_that_is_not_there_is_named() -> None:
    with pytest.raises(EvaluationError, match=r"network recipe at nowhere\.json"):
        calibration_of("nowhere.json")
