"""Train a network on series: plan, parts, scaling, loop, best weights.

The same plan on the same series gives the same network on the same machine, interrupted
and resumed or not.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np
import torch
from torch import Tensor

from protocols.season_grid import SeasonGrid
from trainer.crops.learning.learning_settings import CropPlan
from trainer.crops.learning.pretrained_encoder import PretrainedEncoder
from trainer.crops.learning.series_parts import SeriesParts
from trainer.crops.learning.series_rows import blocks_of
from trainer.crops.learning.series_task import SeriesTask
from trainer.crops.networks.crop_recipes import build_network
from trainer.crops.networks.series_network import SeriesNetwork
from trainer.crops.series.series_set import SeriesSet
from trainer.errors import CalibrationError
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


@dataclass(frozen=True, eq=False)
class TrainedSeries:
    """What training leaves behind.

    Attributes:
        network: The weights of the best epoch, on the CPU, in the mood to answer.
        standing: Where training ended.
        is_finished: Whether it ended by itself, or was stopped.
    """

    network: SeriesNetwork
    standing: Standing
    is_finished: bool


@dataclass(frozen=True, eq=False)
class SeriesLesson:
    """What a network is taught with.

    Attributes:
        series: All places; some may have no label.
        parts: Which of them teach, and which tell when to stop.
        pretrained: An encoder to begin with.
        digest: What tells the series from any others; all are read where none is told.
    """

    series: SeriesSet
    parts: SeriesParts
    pretrained: PretrainedEncoder | None = None
    digest: str = ""


def train_series(
    plan: CropPlan,
    lesson: SeriesLesson,
    watch: TrainingWatch = NOBODY,
    start: Checkpoint | None = None,
) -> TrainedSeries:
    """Train from the beginning, or go on from `start`, until over or stopped."""
    device = device_of(plan.settings.device)
    with own_random_numbers(plan.seed, device):
        training = lesson.series.take(lesson.parts.training)
        validation = lesson.series.take(lesson.parts.validation)
        network = _begun(plan, lesson, training)
        task = SeriesTask(plan, network, training, validation, device)
        run = TrainingRun(plan.settings, task)
        told = msgspec.json.encode(plan).decode()
        digest = lesson.digest or digest_of(lesson.series)
        origin = Origin(told, digest, "series", _without_epochs)
        learn(run, origin, watch, start)
    return TrainedSeries(network.cpu().eval(), run.standing, run.is_over)


def digest_of(series: SeriesSet) -> str:
    """Return what tells these series and labels from any others."""
    told = msgspec.json.encode((series.grid, series.legend))
    digest = hashlib.sha256(told)
    digest.update("\0".join(series.places.names.tolist()).encode())
    digest.update(series.places.labels.tobytes())
    for rows in blocks_of(len(series)):
        batch = series.batch(rows)
        for one in (batch.values, batch.days, batch.mask):
            digest.update(np.ascontiguousarray(one).tobytes())
    return digest.hexdigest()


def scaled_blocks(series: SeriesSet) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield series and masks, some at a time, to learn a scaling of."""
    for rows in blocks_of(len(series)):
        batch = series.batch(rows)
        mask = torch.from_numpy(batch.mask.astype(np.float32))
        yield torch.from_numpy(batch.values), mask


def window_grid(plan: CropPlan, grid: SeasonGrid) -> SeasonGrid:
    """Return the grid that a network looks at: the season, or a window that moves."""
    steps = plan.settings.augmentation.window_steps
    if steps is None:
        return grid
    if steps > grid.steps:
        raise CalibrationError(
            f"expected windows of at most the season's {grid.steps} buckets, found "
            f"{steps}; take shorter windows"
        )
    return msgspec.structs.replace(grid, first_day=None, steps=steps)


def _begun(plan: CropPlan, lesson: SeriesLesson, training: SeriesSet) -> SeriesNetwork:
    """Return the network to begin with: new, or with a pretrained encoder."""
    series, begun = lesson.series, lesson.pretrained
    network = build_network(
        plan.recipe, window_grid(plan, series.grid), len(series.legend)
    )
    told = None if begun is None else begun.digest
    if plan.pretrained != told:
        raise CalibrationError(
            f"expected the pretrained encoder {plan.pretrained}, found {told}; bring "
            "the one that the plan names"
        )
    if begun is None:
        network.scaling.learn(network.indices, scaled_blocks(training))
    else:
        begun.teach(network, series.grid)
    return network


def _without_epochs(plan: str) -> CropPlan:
    told = msgspec.json.decode(plan, type=CropPlan)
    settings = msgspec.structs.replace(told.settings, epochs=FOREVER)
    return msgspec.structs.replace(told, settings=settings)
