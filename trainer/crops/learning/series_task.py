"""Series as something to learn: classes told from what was seen, until any day."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from trainer.crops.learning.class_loss import ClassLoss, soft_errors
from trainer.crops.learning.learning_settings import CropPlan
from trainer.crops.learning.season_augmentation import (
    Season,
    augmented,
    random_windows,
    sensors_of,
    spread_windows,
)
from trainer.crops.learning.series_rows import BLOCK, SeriesRows, rows_of
from trainer.crops.networks.series_network import SeriesNetwork
from trainer.crops.series.series_set import SeriesSet
from trainer.training.computing_device import half_precision_on, quickened
from trainer.training.learning_task import Taken
from trainer.training.training_data import EPOCHS_A_SEED

DAYS_OF_EVALUATION = (0.5, 0.65, 0.8, 1.0)
"""Shares of the season after which places held back are told, each on one of them."""


class SeriesTask:
    """Series on the device, and the class that grew on each place."""

    def __init__(
        self,
        plan: CropPlan,
        network: SeriesNetwork,
        training: SeriesSet,
        validation: SeriesSet,
        device: torch.device,
    ) -> None:
        self.plan, self.network, self.device = plan, network.to(device), device
        self.training: SeriesRows = rows_of(training, device)
        self.validation: SeriesRows = rows_of(validation, device)
        self.figures = len(training.legend)
        self.sensors = sensors_of(training.grid.channels).to(device)
        self.answering = quickened(network, device, plan.settings.compiles)
        counts = np.bincount(training.places.labels, minlength=self.figures)
        self.loss = ClassLoss(plan.settings.loss, torch.from_numpy(counts)).to(device)

    def __len__(self) -> int:
        """Return how many places are learned from."""
        return len(self.training)

    def groups(self) -> list[dict[str, Any]]:
        """Return all weights as one group."""
        rate = self.plan.settings.learning_rate
        return [{"params": list(self.network.parameters()), "lr": rate}]

    def resting(self) -> Iterable[nn.Module]:
        """Return nothing: all layers learn."""
        return ()

    def batches(self, epoch: int) -> tuple[Int[Tensor, " row"], ...]:
        """Return an epoch's batches."""
        batches = shuffled(
            len(self.training), self.plan.settings.batch, self.plan.seed, epoch
        )
        self.training.expect(batches)
        return batches

    def take(self, rows: Int[Tensor, " row"]) -> Taken:
        """Return series, days, mask and labels."""
        return self.training.take(rows)

    def learn(
        self, taken: Taken
    ) -> tuple[Float[Tensor, ""], Float[Tensor, "summed label"]]:
        """Return the loss on changed series, and the sums of each class's error."""
        series, days, mask, labels = taken
        with half_precision_on(self.device):
            logits, _ = self.answering(*self.changed((series, days, mask)))
        return self.loss(logits.float(), labels), soft_errors(logits.detach(), labels)

    def held_back(self) -> Float[Tensor, " label"]:
        """Return each class's error on places held back, nan where it did not grow."""
        self.network.eval()
        sums = torch.zeros(2, self.figures, device=self.device)
        grown = torch.zeros(self.figures, device=self.device)
        with torch.no_grad():
            for rows in torch.split(torch.arange(len(self.validation)), BLOCK):
                series, days, mask, labels = self.validation.take(rows)
                at = rows.to(self.device)
                seen = self.as_evaluated((series, days, mask), at)
                sums += soft_errors(self.network(*seen)[0], labels)
                grown += torch.bincount(labels, minlength=self.figures)
        return torch.where(grown > 0, sums[0] / sums[1], torch.nan)

    def changed(self, season: Season) -> Season:
        """Return what is learned from: other noise and gaps every time."""
        told = self.plan.settings.augmentation
        if told.window_steps:
            season = random_windows(season, told.window_steps)
        deviation = self.network.scaling.deviation[: season[0].shape[2]]
        return augmented(season, told, deviation, self.sensors)

    def as_evaluated(self, season: Season, rows: Int[Tensor, " row"]) -> Season:
        """Return what the network is judged on: always the same of the same place."""
        told = self.plan.settings.augmentation
        if told.window_steps:
            return spread_windows(season, rows, told.window_steps)
        return until_shares(season, rows) if told.cut else season


def until_shares(season: Season, rows: Int[Tensor, " row"]) -> Season:
    """Return each series until a share of its season that its row alone decides."""
    series, days, mask = season
    shares = torch.tensor(DAYS_OF_EVALUATION, device=series.device)
    share = shares[rows % len(shares)].unsqueeze(1)
    first, last = days.amin(dim=1, keepdim=True), days.amax(dim=1, keepdim=True)
    seen = (days <= first + share * (last - first)).float().unsqueeze(2)
    return series * seen, days, mask * seen


def shuffled(
    count: int, batch: int, seed: int, epoch: int
) -> tuple[Int[Tensor, " row"], ...]:
    """Return an epoch's batches of about the same size, a rule of seed and epoch."""
    source = torch.Generator().manual_seed(seed * EPOCHS_A_SEED + epoch)
    order = torch.randperm(count, generator=source)
    return torch.tensor_split(order, -(-count // batch))
