"""One run in the middle of its work: a step, an epoch, a validation, a snapshot."""

import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim import AdamW

from trainer.training.checkpoint import Checkpoint, Standing
from trainer.training.computing_device import (
    random_states,
    restore_random_states,
    seconds_until_idle,
)
from trainer.training.learning_task import SUMMED, LearningTask
from trainer.training.rate_schedule import rate_after_epoch, rate_schedule
from trainer.training.training_settings import LoopSettings
from trainer.training.training_watch import EpochFigures


class TrainingRun:
    """Holds everything that changes while a network is trained."""

    def __init__(self, settings: LoopSettings, task: LearningTask) -> None:
        self.settings, self.task = settings, task
        self.resting = tuple(task.resting())
        self.optimiser = AdamW(
            task.groups(),
            weight_decay=settings.weight_decay,
            fused=True,  # one pass over the weights, on CPU and GPU alike
        )
        self.scheduler = rate_schedule(self.optimiser, settings)
        self.standing = Standing()
        self.sums = torch.zeros(SUMMED, task.figures, device=task.device)
        self.best = deepcopy(task.network.state_dict())
        self.data_s = self.total_s = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the epochs or the patience have run out."""
        settings, standing = self.settings, self.standing
        waited = standing.epoch - 1 - standing.best_epoch
        return standing.epoch >= settings.epochs or waited >= settings.patience

    def judge_start(self) -> None:
        """Let the weights begun with be the best until an epoch does better."""
        score = float(self.task.held_back().nanmean())
        self.standing = replace(self.standing, best_score=score)

    def batches_to_do(self) -> Iterator[Tensor]:
        """Yield what is left of the epoch; what is frozen rests as it answers."""
        self.task.network.train()
        for module in self.resting:
            module.eval()
        standing = self.standing
        yield from self.task.batches(standing.epoch)[standing.batch :]

    def step(self, rows: Tensor) -> None:
        """Learn from one batch."""
        began = time.perf_counter()
        batch = self.task.take(rows)
        taken = time.perf_counter()
        loss, figures = self.task.learn(batch)
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        self.optimiser.step()
        self.sums += figures
        self.standing = replace(self.standing, batch=self.standing.batch + 1)
        self.data_s += taken - began
        self.total_s += time.perf_counter() - began

    def end_epoch(self) -> EpochFigures:
        """Validate, remember the best weights, and go on to the next epoch."""
        self.total_s += seconds_until_idle(self.task.device)
        training = self.sums[0] / self.sums[1].clamp(min=1)
        figures = self._figures(training, self.task.held_back())
        standing = self.standing
        if figures.is_best:
            self.best = deepcopy(self.task.network.state_dict())
            standing = replace(
                standing, best_score=figures.score, best_epoch=standing.epoch
            )
        self.task.loss.epoch_done(training)
        rate_after_epoch(self.scheduler, figures.score)
        self.standing = replace(standing, epoch=standing.epoch + 1, batch=0)
        self.sums.zero_()
        self.data_s = self.total_s = 0.0
        return figures

    def _figures(
        self, training: Float[Tensor, " figure"], validation: Float[Tensor, " figure"]
    ) -> EpochFigures:
        score = float(validation.nanmean())
        return EpochFigures(
            epoch=self.standing.epoch,
            training=_numbers(training),
            validation=_numbers(validation),
            score=score,
            learning_rate=self.optimiser.param_groups[0]["lr"],
            weights=_numbers(self.task.loss.weights()),
            examples=len(self.task),
            data_s=self.data_s,
            total_s=self.total_s,
            is_best=score < self.standing.best_score,
        )

    def snapshot(self, plan: str, data: str) -> Checkpoint:
        """Return everything that this run is, apart from it."""
        return Checkpoint(
            plan=plan,
            data=data,
            standing=self.standing,
            sums=self.sums.clone(),
            network=deepcopy(self.task.network.state_dict()),
            best=self.best,
            optimiser=deepcopy(self.optimiser.state_dict()),
            scheduler=self.scheduler.state_dict(),
            loss=deepcopy(self.task.loss.state_dict()),
            random=random_states(self.task.device),
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Become what was snapshot."""
        self.standing, self.best = checkpoint.standing, checkpoint.best
        self.sums = checkpoint.sums.to(self.task.device)
        self.task.network.load_state_dict(checkpoint.network)
        self.task.loss.load_state_dict(checkpoint.loss)
        self.optimiser.load_state_dict(checkpoint.optimiser)
        self.scheduler.load_state_dict(checkpoint.scheduler)
        restore_random_states(checkpoint.random)


def _numbers(figures: Float[Tensor, " figure"]) -> tuple[float, ...]:
    return tuple(figures.detach().cpu().tolist())
