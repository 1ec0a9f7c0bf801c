"""A search is kept, resumed, cut short where it lags, and explained."""

import json
from pathlib import Path

import numpy as np
import optuna
import pytest
import torch
from optuna.trial import FixedTrial, TrialState
from typer.testing import CliRunner

from tests.trainer.localisation.made_soils import CARBON, made_library
from tests.trainer.training.small_run import small_plan, small_soils
from trainer.commands.search import app
from trainer.errors import CalibrationError, WorkspaceError
from trainer.library.parquet_table import write_library
from trainer.networks.named_recipes import USA
from trainer.networks.network_recipe import recipe_from_json
from trainer.networks.network_shape import NetworkShape
from trainer.training.architecture_search import (
    PruningWatch,
    SearchOrder,
    best_plan,
    judged,
    open_study,
    search,
)
from trainer.training.parameter_importance import importance_plot, importances
from trainer.training.search_space import suggested_recipe
from trainer.training.training_watch import EpochFigures

ORDER = SearchOrder(small_soils(), small_plan(epochs=2, patience=1).settings, seed=1)
TRIALS = 5


def parameters_of(study: optuna.Study) -> list[dict[str, object]]:
    return [trial.params for trial in study.get_trials()]


def searched(path: Path, trials: int, resumes: bool = False) -> optuna.Study:
    study = open_study(path, ORDER, resumes)
    search(study, ORDER, trials, lambda: False, lambda _: None)
    return study


def test_a_resumed_search_tries_what_an_uninterrupted_one_would_have(
    tmp_path: Path,
) -> None:
    whole = searched(tmp_path / "whole.sqlite", TRIALS)

    searched(tmp_path / "study.sqlite", 2)
    resumed = searched(tmp_path / "study.sqlite", TRIALS, resumes=True)

    assert parameters_of(resumed) == parameters_of(whole)
    assert best_plan(resumed, ORDER) == best_plan(whole, ORDER)
    best = best_plan(resumed, ORDER).recipe.build(
        NetworkShape(ORDER.soils.grid.bands, torch.eye(2))
    )
    assert best(torch.rand(3, ORDER.soils.grid.bands)).shape == (3, 2)


def test_a_trial_of_a_killed_search_is_abandoned_and_made_up_for(
    tmp_path: Path,
) -> None:
    killed = searched(tmp_path / "study.sqlite", 1)
    killed.ask()

    resumed = searched(tmp_path / "study.sqlite", 2, resumes=True)

    states = [trial.state for trial in resumed.get_trials()]
    assert TrialState.RUNNING not in states
    assert states.count(TrialState.FAIL) == 1
    assert judged(resumed) == 2


def test_a_search_that_is_stopped_ends_with_what_it_has(tmp_path: Path) -> None:
    study = open_study(tmp_path / "study.sqlite", ORDER, resumes=False)

    search(study, ORDER, TRIALS, lambda: True, lambda _: None)

    assert judged(study) == 0
    with pytest.raises(CalibrationError, match="found none"):
        best_plan(study, ORDER)


def test_a_trial_that_lags_behind_the_median_is_cut_short(tmp_path: Path) -> None:
    study = open_study(tmp_path / "study.sqlite", ORDER, resumes=False)
    for score in np.linspace(0.1, 0.2, 9):
        told = study.ask()
        for epoch in range(8):
            told.report(float(score), epoch)
        study.tell(told, float(score))
    watch = PruningWatch(study.ask(), lambda: False)

    cut = [
        watch.epoch_done(epoch_of(at, score=0.9), lambda: pytest.fail("kept"))
        for at in range(7)
    ]

    assert cut == [False] * 5 + [True] * 2
    assert watch.is_pruned


def test_importance_names_the_choice_that_mattered() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=2))
    random = np.random.default_rng(2)
    for _ in range(30):
        trial = study.ask()
        mattered = trial.suggest_float("stride", 0, 1)
        trial.suggest_float("dropout", 0, 1)
        study.tell(trial, mattered + 0.01 * random.normal())

    shares = importances(study)

    assert shares["stride"] > 0.8
    assert b"PED-ANOVA" in importance_plot(study)


def test_a_study_is_neither_overwritten_nor_continued_with_other_soils(
    tmp_path: Path,
) -> None:
    path = tmp_path / "study.sqlite"
    searched(path, 1)
    other = SearchOrder(ORDER.soils.take(np.arange(60)), ORDER.settings, ORDER.seed)

    with pytest.raises(WorkspaceError, match="say --resume"):
        open_study(path, ORDER, resumes=False)
    with pytest.raises(CalibrationError, match="another study"):
        open_study(path, other, resumes=True)


def test_the_search_space_holds_a_published_optimum() -> None:
    trial = FixedTrial(
        {
            "convolution blocks": 1,
            "fully connected blocks": 2,
            "convolution 1: padded": True,
            "convolution 1: filters": 212,
            "convolution 1: kernel": 7,
            "convolution 1: stride": 3,
            "convolution 1: activation": "swish",
            "convolution 1: dropout": 0.16,
            "convolution 1: pooling": 1,
            "fully connected 1: units": 1005,
            "fully connected 1: activation": "swish",
            "fully connected 1: batch normalisation": False,
            "fully connected 1: dropout": 0.0,
            "fully connected 2: units": 1015,
            "fully connected 2: activation": "selu",
            "fully connected 2: batch normalisation": False,
            "fully connected 2: dropout": 0.0,
        }
    )

    assert suggested_recipe(trial, "cnn-usa") == USA


def test_the_command_writes_a_recipe_and_a_plot(tmp_path: Path) -> None:
    write_library(made_library(farms=2, soils=20), tmp_path / "library.parquet")
    order = [
        *("--library", str(tmp_path / "library.parquet"), "--target", CARBON),
        *("--study", str(tmp_path / "study.sqlite"), "--device", "cpu"),
        *("--epochs", "2", "--patience", "1", "--json"),
    ]

    first = CliRunner().invoke(app, [*order, "--trials", "2"])
    more = CliRunner().invoke(app, [*order, "--trials", "4", "--resume"])

    assert first.exit_code == more.exit_code == 0, first.output + more.output
    told = json.loads(more.stdout)
    assert told["trials"] == 4
    recipe = recipe_from_json((tmp_path / "study.recipe.json").read_bytes())
    assert recipe.name == told["plan"]["recipe"]["name"]
    assert (tmp_path / "study.importance.svg").read_bytes().startswith(b"<?xml")


def epoch_of(epoch: int, score: float) -> EpochFigures:
    return EpochFigures(
        epoch=epoch,
        training=(score,),
        validation=(score,),
        score=score,
        learning_rate=1e-3,
        weights=(1.0,),
        examples=10,
        data_s=0.0,
        total_s=1.0,
        is_best=False,
    )
