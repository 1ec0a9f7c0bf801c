"""Hidden observations as something to learn: what was seen on a day, from the others.

Nobody needs to say what grew. Steps are hidden whole: bands of one image are nearly the
same picture, so one of them would give the others away.
"""

from collections.abc import Iterable
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from trainer.crops.learning.learning_settings import PretrainingPlan
from trainer.crops.learning.pretrained_encoder import encoder_of
from trainer.crops.learning.season_augmentation import Season, random_windows
from trainer.crops.learning.series_rows import BLOCK, SeriesRows, rows_of
from trainer.crops.learning.series_task import shuffled
from trainer.crops.networks.attention_pooling import seen_steps
from trainer.crops.networks.day_encoding import DayEncoding
from trainer.crops.networks.series_network import SeriesNetwork
from trainer.crops.series.series_set import SeriesSet
from trainer.training.computing_device import half_precision_on
from trainer.training.joint_loss import EqualWeighting
from trainer.training.learning_task import Taken

SAME_EVERY_TIME = 20_171_113
"""Seed of what is hidden from the network when it is judged."""


class MaskedNetwork(nn.Module):
    """A network's encoder, and a layer that says what was seen on a hidden day."""

    def __init__(self, network: SeriesNetwork) -> None:
        super().__init__()
        self.network = network
        core = encoder_of(network)
        self.encoder, self.days = core.encoder, DayEncoding(core.encoded // 4)
        self.decoder = nn.Sequential(
            nn.Linear(core.encoded + self.days.features, core.encoded),
            nn.GELU(),
            nn.Linear(core.encoded, network.indices.channels),
        )

    def forward(
        self,
        values: Float[Tensor, "place step channel"],
        days: Float[Tensor, "place step"],
        mask: Float[Tensor, "place step channel"],
    ) -> Float[Tensor, "place step channel"]:
        """Return what was seen on every day, in deviations."""
        states = self.encoder(values, days, mask)
        told: Tensor = self.decoder(torch.cat([states, self.days(days)], dim=2))
        return told


class MaskedTask:
    """Series on the device, some of each hidden."""

    def __init__(
        self,
        plan: PretrainingPlan,
        network: SeriesNetwork,
        training: SeriesSet,
        validation: SeriesSet,
        device: torch.device,
    ) -> None:
        self.plan, self.device = plan, device
        self.network = MaskedNetwork(network).to(device)
        self.training: SeriesRows = rows_of(training, device)
        self.validation: SeriesRows = rows_of(validation, device)
        self.figures = network.indices.channels
        self.loss = EqualWeighting(self.figures).to(device)

    def __len__(self) -> int:
        """Return how many places are learned from."""
        return len(self.training)

    def groups(self) -> list[dict[str, Any]]:
        """Return the encoder's and the decoder's weights; the rest does not learn."""
        learning = [*self.network.encoder.parameters()]
        learning += self.network.decoder.parameters()
        return [{"params": learning, "lr": self.plan.settings.learning_rate}]

    def resting(self) -> Iterable[nn.Module]:
        """Return nothing."""
        return ()

    def batches(self, epoch: int) -> tuple[Int[Tensor, " row"], ...]:
        """Return an epoch's batches."""
        batch, seed = self.plan.settings.batch, self.plan.seed
        batches = shuffled(len(self.training), batch, seed, epoch)
        self.training.expect(batches)
        return batches

    def take(self, rows: Int[Tensor, " row"]) -> Taken:
        """Return series, days and mask."""
        return self.training.take(rows)[:3]

    def learn(
        self, taken: Taken
    ) -> tuple[Float[Tensor, ""], Float[Tensor, "summed channel"]]:
        """Return the mean error of what was hidden, and each channel's."""
        series, days, mask = taken
        season = series, days, mask
        if self.plan.window_steps:
            season = random_windows(season, self.plan.window_steps)
        sums = self._sums(season, torch.rand(season[1].shape, device=self.device))
        errors, present = sums[0] / sums[1].clamp(min=1), sums[1] > 0
        return self.loss(errors, present), sums.detach()

    def held_back(self) -> Float[Tensor, " channel"]:
        """Return each channel's error where the same is always hidden."""
        self.network.eval()
        source = torch.Generator().manual_seed(SAME_EVERY_TIME)
        sums = torch.zeros(2, self.figures, device=self.device)
        with torch.no_grad():
            for rows in torch.split(torch.arange(len(self.validation)), BLOCK):
                series, days, mask, _ = self.validation.take(rows)
                drawn = torch.rand(days.shape, generator=source).to(self.device)
                sums += self._sums((series, days, mask), drawn)
        errors = sums[0] / sums[1].clamp(min=1)
        return torch.where(sums[1] > 0, errors, torch.nan)

    def _sums(
        self, season: Season, drawn: Float[Tensor, "place step"]
    ) -> Float[Tensor, "summed channel"]:
        """Return squared errors of what was hidden, and how much of it there was."""
        series, days, mask = season
        values, seen = self.network.network.prepared(series, mask)
        hidden = (drawn < self.plan.hidden).float() * seen_steps(mask)
        shown = (1 - hidden).unsqueeze(2)
        with half_precision_on(self.device):
            told = self.network(values * shown, days, seen * shown)
        judged = seen * hidden.unsqueeze(2)
        errors = (told.float() - values) ** 2 * judged
        return torch.stack([errors.sum(dim=(0, 1)), judged.sum(dim=(0, 1))])
