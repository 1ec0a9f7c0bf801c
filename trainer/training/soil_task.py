"""Soils as something to learn: every target's error, masked where nobody measured."""

from collections.abc import Iterable
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from trainer.networks.scaled_network import ScaledNetwork
from trainer.training.computing_device import half_precision_on, quickened
from trainer.training.fine_tuning import frozen_modules, learning_groups
from trainer.training.joint_loss import joint_loss_of, masked_errors
from trainer.training.learning_task import Taken
from trainer.training.training_data import DeviceRows, shuffled_batches
from trainer.training.training_settings import TrainingPlan

AT_ONCE = 256
"""Soils that a network answers at once; 4,096 of 2,151 bands took it 4 GB."""


class SoilTask:
    """Scaled spectra, and the scaled values that the network should answer."""

    def __init__(
        self,
        plan: TrainingPlan,
        network: ScaledNetwork,
        training: DeviceRows,
        validation: DeviceRows,
    ) -> None:
        self.plan, self.network, self.device = plan, network, training.device
        self.training, self.validation = training, validation
        self.figures = training.values.shape[1]
        self.core = quickened(network.core, self.device, plan.settings.compiles)
        weighting = plan.settings.weighting
        self.loss = joint_loss_of(weighting, self.figures).to(self.device)

    def __len__(self) -> int:
        """Return how many soils are learned from."""
        return len(self.training)

    def groups(self) -> list[dict[str, Any]]:
        """Return the layers that learn, each at its rate, and the loss's prices."""
        rate, told = self.plan.settings.learning_rate, self.plan.fine_tuning
        groups = learning_groups(self.network, told, rate)
        if prices := list(self.loss.parameters()):
            groups.append({"params": prices, "weight_decay": 0.0})
        return groups

    def resting(self) -> Iterable[nn.Module]:
        """Return what is frozen."""
        return frozen_modules(self.network.core, self.plan.fine_tuning)

    def batches(self, epoch: int) -> tuple[Int[Tensor, " row"], ...]:
        """Return an epoch's batches."""
        batch, seed = self.plan.settings.batch, self.plan.seed
        return shuffled_batches(self.training, batch, seed, epoch)

    def take(self, rows: Int[Tensor, " row"]) -> Taken:
        """Return spectra and values."""
        return self.training.take(rows)

    def learn(
        self, taken: Taken
    ) -> tuple[Float[Tensor, ""], Float[Tensor, "summed figure"]]:
        """Return the joint loss, and every target's error."""
        spectra, values = taken
        with half_precision_on(self.device):
            answer = self.core(spectra)
        errors, present = masked_errors(answer.float(), values)
        told = torch.stack([errors.detach(), present.float()])
        return self.loss(errors, present), told

    def held_back(self) -> Float[Tensor, " figure"]:
        """Return every target's error on the soils held back, NaN without a value."""
        with torch.no_grad():
            answers = [
                self.network.eval().core(self.validation.take(rows)[0]).float()
                for rows in torch.split(self.validation.all_rows(), AT_ONCE)
            ]
        wanted = self.validation.values.to(self.device)
        errors, present = masked_errors(torch.cat(answers), wanted)
        return torch.where(present, errors, torch.nan)
