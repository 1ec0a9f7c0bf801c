"""One run in the middle of its work: a step, an epoch, a validation, a snapshot."""

import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import ReduceLROnPlateau

from trainer.networks.scaled_network import ScaledNetwork
from trainer.training.checkpoint import Checkpoint, Standing
from trainer.training.computing_device import (
    half_precision_on,
    quickened,
    random_states,
    restore_random_states,
    seconds_until_idle,
)
from trainer.training.fine_tuning import frozen_modules, learning_groups
from trainer.training.joint_loss import joint_loss_of, masked_errors
from trainer.training.training_data import DeviceRows, shuffled_batches
from trainer.training.training_settings import TrainingPlan
from trainer.training.training_watch import EpochFigures

HALVE_AFTER = 3
"""The learning rate is halved after a third of the patience."""
AT_ONCE = 256
"""Soils that a network answers at once; 4,096 of 2,151 bands took it 4 GB."""
SUMMED = 2
"""Rows of the running sums: errors, and how often a target was there."""


class TrainingRun:
    """Holds everything that changes while a network is trained."""

    def __init__(
        self,
        plan: TrainingPlan,
        network: ScaledNetwork,
        training: DeviceRows,
        validation: DeviceRows,
    ) -> None:
        self.plan, self.network = plan, network
        self.training, self.validation = training, validation
        settings, device = plan.settings, training.device
        targets = training.values.shape[1]
        self.core = quickened(network.core, device, settings.compiles)
        self.loss = joint_loss_of(settings.weighting, targets).to(device)
        self.resting = frozen_modules(network.core, plan.fine_tuning)
        self.optimiser = AdamW(
            learning_groups(network, plan.fine_tuning, settings.learning_rate),
            weight_decay=settings.weight_decay,
            fused=True,  # one pass over the weights, on CPU and GPU alike
        )
        if prices := list(self.loss.parameters()):
            self.optimiser.add_param_group({"params": prices, "weight_decay": 0.0})
        self.scheduler = ReduceLROnPlateau(
            self.optimiser, factor=0.5, patience=settings.patience // HALVE_AFTER
        )
        self.standing = Standing()
        self.sums = torch.zeros(SUMMED, targets, device=device)
        self.best = deepcopy(network.state_dict())
        self.data_s = self.total_s = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the epochs or the patience have run out."""
        settings, standing = self.plan.settings, self.standing
        waited = standing.epoch - 1 - standing.best_epoch
        return standing.epoch >= settings.epochs or waited >= settings.patience

    def judge_start(self) -> None:
        """Let the weights begun with be the best until an epoch does better."""
        score = float(self.validation_errors().nanmean())
        self.standing = replace(self.standing, best_score=score)

    def batches_to_do(self) -> Iterator[Tensor]:
        """Yield what is left of the epoch; what is frozen rests as it answers."""
        self.network.train()
        for module in self.resting:
            module.eval()
        settings, standing = self.plan.settings, self.standing
        batches = shuffled_batches(
            self.training, settings.batch, self.plan.seed, standing.epoch
        )
        yield from batches[standing.batch :]

    def step(self, rows: Tensor) -> None:
        """Learn from one batch."""
        began = time.perf_counter()
        spectra, values = self.training.take(rows)
        taken = time.perf_counter()
        with half_precision_on(self.training.device):
            answer = self.core(spectra)
        errors, present = masked_errors(answer.float(), values)
        self.optimiser.zero_grad()
        self.loss(errors, present).backward()
        self.optimiser.step()
        self.sums += torch.stack([errors.detach(), present.float()])
        self.standing = replace(self.standing, batch=self.standing.batch + 1)
        self.data_s += taken - began
        self.total_s += time.perf_counter() - began

    def end_epoch(self) -> EpochFigures:
        """Validate, remember the best weights, and go on to the next epoch."""
        self.total_s += seconds_until_idle(self.training.device)
        training = self.sums[0] / self.sums[1].clamp(min=1)
        figures = self._figures(training, self.validation_errors())
        standing = self.standing
        if figures.is_best:
            self.best = deepcopy(self.network.state_dict())
            standing = replace(
                standing, best_score=figures.score, best_epoch=standing.epoch
            )
        self.loss.epoch_done(training)
        self.scheduler.step(figures.score)
        self.standing = replace(standing, epoch=standing.epoch + 1, batch=0)
        self.sums.zero_()
        self.data_s = self.total_s = 0.0
        return figures

    def _figures(
        self, training: Float[Tensor, " target"], validation: Float[Tensor, " target"]
    ) -> EpochFigures:
        score = float(validation.nanmean())
        return EpochFigures(
            epoch=self.standing.epoch,
            training=_numbers(training),
            validation=_numbers(validation),
            score=score,
            learning_rate=self.optimiser.param_groups[0]["lr"],
            weights=_numbers(self.loss.weights()),
            soils=len(self.training),
            data_s=self.data_s,
            total_s=self.total_s,
            is_best=score < self.standing.best_score,
        )

    def validation_errors(self) -> Float[Tensor, " target"]:
        """Return every target's error on the soils held back, NaN without a value."""
        with torch.no_grad():
            answers = [
                self.network.eval().core(self.validation.take(rows)[0]).float()
                for rows in torch.split(self.validation.all_rows(), AT_ONCE)
            ]
        wanted = self.validation.values.to(self.training.device)
        errors, present = masked_errors(torch.cat(answers), wanted)
        return torch.where(present, errors, torch.nan)

    def snapshot(self, plan: str, soils: str) -> Checkpoint:
        """Return everything that this run is, apart from it."""
        return Checkpoint(
            plan=plan,
            soils=soils,
            standing=self.standing,
            sums=self.sums.clone(),
            network=deepcopy(self.network.state_dict()),
            best=self.best,
            optimiser=deepcopy(self.optimiser.state_dict()),
            scheduler=self.scheduler.state_dict(),
            loss=deepcopy(self.loss.state_dict()),
            random=random_states(self.training.device),
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Become what was snapshot."""
        self.standing, self.best = checkpoint.standing, checkpoint.best
        self.sums = checkpoint.sums.to(self.training.device)
        parts: tuple[tuple[nn.Module, dict[str, Tensor]], ...] = (
            (self.network, checkpoint.network),
            (self.loss, checkpoint.loss),
        )
        for module, state in parts:
            module.load_state_dict(state)
        self.optimiser.load_state_dict(checkpoint.optimiser)
        self.scheduler.load_state_dict(checkpoint.scheduler)
        restore_random_states(checkpoint.random)


def _numbers(figures: Float[Tensor, " target"]) -> tuple[float, ...]:
    return tuple(figures.detach().cpu().tolist())
