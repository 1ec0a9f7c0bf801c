"""Pretrain an encoder on series of which nobody need say what grew."""

from dataclasses import dataclass

import msgspec
import numpy as np

from trainer.crops.learning.learning_settings import PretrainingPlan
from trainer.crops.learning.masked_task import MaskedTask
from trainer.crops.learning.pretrained_encoder import PretrainedEncoder, encoder_of
from trainer.crops.learning.series_parts import Rows
from trainer.crops.learning.train_series import digest_of, scaled_blocks
from trainer.crops.networks.crop_recipes import build_network
from trainer.crops.series.series_set import SeriesSet
from trainer.errors import CalibrationError
from trainer.library.splits import grouped_folds
from trainer.training.checkpoint import Checkpoint, Standing
from trainer.training.computing_device import device_of
from trainer.training.training_loop import (
    FOREVER,
    Origin,
    learn,
    own_random_numbers,
)
from trainer.training.training_run import TrainingRun
from trainer.training.training_watch import NOBODY, TrainingWatch

CLASSES = 2
"""The least that a network is built for; its answers are not looked at here."""


@dataclass(frozen=True, eq=False)
class PretrainedSeries:
    """What pretraining leaves behind.

    Attributes:
        encoder: The weights of the best epoch.
        standing: Where it ended.
        is_finished: Whether it ended by itself, or was stopped.
    """

    encoder: PretrainedEncoder
    standing: Standing
    is_finished: bool


def pretrain_series(
    plan: PretrainingPlan,
    series: SeriesSet,
    watch: TrainingWatch = NOBODY,
    start: Checkpoint | None = None,
    digest: str = "",
) -> PretrainedSeries:
    """Train from the beginning, or go on from `start`, until over or stopped."""
    device = device_of(plan.settings.device)
    with own_random_numbers(plan.seed, device):
        training, validation = (series.take(one) for one in _parts(plan, series))
        network = build_network(plan.recipe, series.grid, CLASSES)
        network.scaling.learn(network.indices, scaled_blocks(training))
        task = MaskedTask(plan, network, training, validation, device)
        run = TrainingRun(plan.settings, task)
        told = msgspec.json.encode(plan).decode()
        origin = Origin(told, digest or digest_of(series), "series", _without_epochs)
        learn(run, origin, watch, start)
    network = network.cpu()
    encoder = PretrainedEncoder(
        recipe=plan.recipe,
        grid=series.grid,
        encoder=encoder_of(network).encoder.state_dict(),
        scaling=network.scaling.state_dict(),
    )
    return PretrainedSeries(encoder, run.standing, run.is_over)


def _parts(plan: PretrainingPlan, series: SeriesSet) -> tuple[Rows, Rows]:
    """Hold back whole boxes."""
    boxes = tuple(series.places.boxes.tolist())
    if len(set(boxes)) < CLASSES:
        raise CalibrationError(
            "expected places in two boxes of land or more, to hold some back, found "
            f"{len(set(boxes))}; bring more places, or smaller boxes"
        )
    folds = min(round(1 / plan.settings.validation_share), len(set(boxes)))
    fold = grouped_folds(boxes, folds, plan.seed)[0]
    return np.array(fold.train, np.intp), np.array(fold.test, np.intp)


def _without_epochs(plan: str) -> PretrainingPlan:
    told = msgspec.json.decode(plan, type=PretrainingPlan)
    settings = msgspec.structs.replace(told.settings, epochs=FOREVER)
    return msgspec.structs.replace(told, settings=settings)
