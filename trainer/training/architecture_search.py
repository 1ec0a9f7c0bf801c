"""Bayesian optimisation of a network's blocks, kept in a file and resumable.

Every trial trains one network on the same training part and is judged by its best
score on the same soils held back; trials that lag behind the median are cut short.
The winner was chosen by those soils: only soils outside the search can say how good it
is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import optuna
import torch
from jaxtyping import Float
from optuna.pruners import MedianPruner
from optuna.samplers import TPESampler
from optuna.trial import TrialState
from torch import Tensor

from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError, WorkspaceError
from trainer.networks.convolutional_recipe import ConvolutionalRecipe
from trainer.networks.network_recipe import recipe_as_json, recipe_from_json
from trainer.networks.network_shape import NetworkShape
from trainer.networks.target_relevance import relevance_of
from trainer.training.search_space import suggested_learning_rate, suggested_recipe
from trainer.training.train_network import digest_of, train_network
from trainer.training.training_settings import TrainingPlan, TrainingSettings
from trainer.training.training_watch import EpochFigures, Snapshot

LARGEST = 20_000_000
"""Weights of a network; the largest published optimum has 15 million."""
STARTUP_TRIALS = 8
"""Trials that are drawn at random, and never cut short, before there is a median."""
EPOCHS_BEFORE_A_CUT = 5
RECIPE, ORIGIN = "recipe", "origin"


@dataclass(frozen=True, eq=False)
class SearchOrder:
    """What is searched: soils, how each trial is trained, and from which seed."""

    soils: Soils
    settings: TrainingSettings
    seed: int


class PruningWatch:
    """Tells a trial its scores and ends it when it lags, or when all should stop."""

    def __init__(self, trial: optuna.Trial, should_stop: Callable[[], bool]) -> None:
        self._trial, self._should_stop = trial, should_stop
        self.best = float("inf")
        self.is_pruned = False

    def batch_done(self) -> bool:
        """Return whether somebody asked to stop."""
        return self._should_stop()

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Report the best score so far; return whether it lags."""
        del snapshot
        self.best = min(self.best, figures.score)
        self._trial.report(self.best, figures.epoch)
        self.is_pruned = bool(self._trial.should_prune())
        return self.is_pruned

    def ended(self, snapshot: Snapshot) -> None:
        """Keep nothing: the plan can be trained again."""


def open_study(path: Path, order: SearchOrder, resumes: bool) -> optuna.Study:
    """Make a study, or go on with one that searches the same."""
    if path.exists() != resumes:
        found, hint = ("one", "--resume") if path.exists() else ("none", "no --resume")
        raise WorkspaceError(
            f"expected a study at {path} as told, found {found}; "
            f"choose another file, or say {hint}"
        )
    study = optuna.create_study(
        storage=f"sqlite:///{path}",
        study_name="terroir",
        sampler=TPESampler(seed=order.seed, n_startup_trials=STARTUP_TRIALS),
        pruner=MedianPruner(STARTUP_TRIALS, EPOCHS_BEFORE_A_CUT),
        load_if_exists=resumes,
    )
    origin = _origin_of(order)
    if study.user_attrs.setdefault(ORIGIN, origin) != origin:
        raise CalibrationError(
            "expected the soils, settings and seed that the study began with, found "
            "others; start another study"
        )
    study.set_user_attr(ORIGIN, origin)
    return study


def search(
    study: optuna.Study,
    order: SearchOrder,
    trials: int,
    should_stop: Callable[[], bool],
    told: Callable[[optuna.Study], None],
) -> None:
    """Try networks until the study holds so many judged ones, or somebody stops it."""
    _abandon_running(study)
    while (done := judged(study)) < trials and not should_stop():
        # Drawn anew for every trial, so that a resumed study goes on as it would have.
        study.sampler = TPESampler(
            seed=order.seed + done, n_startup_trials=STARTUP_TRIALS
        )
        trial = study.ask()
        _try(study, trial, order, should_stop)
        told(study)


def judged(study: optuna.Study) -> int:
    """Return how many trials are complete or were cut short."""
    states = (TrialState.COMPLETE, TrialState.PRUNED)
    return len(study.get_trials(deepcopy=False, states=states))


def best_plan(study: optuna.Study, order: SearchOrder) -> TrainingPlan:
    """Return the plan of the best trial, or say that there is none yet."""
    try:
        best = study.best_trial
    except ValueError as error:
        raise CalibrationError(
            "expected a complete trial, found none; search on with --resume"
        ) from error
    recipe = recipe_from_json(best.user_attrs[RECIPE].encode())
    return TrainingPlan(
        recipe=recipe,
        settings=_with_rate(order.settings, best.params["learning rate"]),
        seed=order.seed,
    )


def _try(
    study: optuna.Study,
    trial: optuna.Trial,
    order: SearchOrder,
    should_stop: Callable[[], bool],
) -> None:
    recipe = suggested_recipe(trial, f"searched-{trial.number}")
    settings = _with_rate(order.settings, suggested_learning_rate(trial))
    trial.set_user_attr(RECIPE, recipe_as_json(recipe).decode())
    if not _can_be_built(recipe, order.soils):
        study.tell(trial, state=TrialState.PRUNED)
        return
    watch = PruningWatch(trial, should_stop)
    plan = TrainingPlan(recipe=recipe, settings=settings, seed=order.seed)
    trained = train_network(plan, order.soils, watch)
    if watch.is_pruned:
        study.tell(trial, state=TrialState.PRUNED)
    elif trained.is_finished:
        study.tell(trial, watch.best)
    else:
        study.tell(trial, state=TrialState.FAIL)


def _can_be_built(recipe: ConvolutionalRecipe, soils: Soils) -> bool:
    """Return whether windows fit the scan and weights the limit, without any memory."""
    relevance: Float[Tensor, "target target"] = relevance_of(soils.values)
    try:
        with torch.device("meta"):
            network = recipe.build(NetworkShape(soils.grid.bands, relevance))
    except CalibrationError:
        return False
    return sum(weight.numel() for weight in network.parameters()) <= LARGEST


def _with_rate(settings: TrainingSettings, rate: float) -> TrainingSettings:
    return msgspec.structs.replace(settings, learning_rate=rate)


def _origin_of(order: SearchOrder) -> str:
    told = (digest_of(order.soils), order.settings, order.seed)
    return msgspec.json.encode(told).decode()


def _abandon_running(study: optuna.Study) -> None:
    """Count trials of a killed search as failed, so that nobody waits for them."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
