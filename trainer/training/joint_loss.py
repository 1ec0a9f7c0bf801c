"""How the errors of several targets become one loss; missing values do not count.

Which rule Su, Tian and Chen (2025) used is not published. Both adaptive ones here are
our choice: uncertainty weighting (Kendall, Gal and Cipolla, CVPR 2018) and dynamic
weight averaging (Liu, Johns and Davison, CVPR 2019). All errors are in units of the
targets' deviations, so that equal weights are a fair third.
"""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from trainer.training.training_settings import Weighting

TEMPERATURE = 2.0
"""Of dynamic weight averaging, as published; higher is closer to equal."""


def masked_errors(
    answer: Float[Tensor, "soil target"], wanted: Float[Tensor, "soil target"]
) -> tuple[Float[Tensor, " target"], Bool[Tensor, " target"]]:
    """Return every target's mean squared error, and which targets had any value."""
    known = torch.isfinite(wanted)
    misses = torch.where(known, wanted, answer.detach()) - answer
    counts = known.sum(dim=0)
    return (misses**2).sum(dim=0) / counts.clamp(min=1), counts > 0


class EqualWeighting(nn.Module):
    """The mean over the targets that a batch has values of."""

    def __init__(self, targets: int) -> None:
        super().__init__()
        self.register_buffer("ones", torch.ones(targets))

    def forward(
        self, errors: Float[Tensor, " target"], present: Bool[Tensor, " target"]
    ) -> Float[Tensor, ""]:
        """Return one loss."""
        return mean_of_present(errors * self.weights(), present)

    def weights(self) -> Float[Tensor, " target"]:
        """Return what each target's error counts, about 1 on average."""
        weights: Tensor = self.get_buffer("ones")
        return weights

    def epoch_done(self, errors: Float[Tensor, " target"]) -> None:
        """Learn nothing from an epoch's mean errors."""


class UncertaintyWeighting(nn.Module):
    """Every target's error over its own learned variance, and that variance's price."""

    def __init__(self, targets: int) -> None:
        super().__init__()
        self.log_variance = nn.Parameter(torch.zeros(targets))

    def forward(
        self, errors: Float[Tensor, " target"], present: Bool[Tensor, " target"]
    ) -> Float[Tensor, ""]:
        """Return one loss."""
        return mean_of_present(errors * self.weights() + self.log_variance, present)

    def weights(self) -> Float[Tensor, " target"]:
        """Return what each target's error counts."""
        return torch.exp(-self.log_variance)

    def epoch_done(self, errors: Float[Tensor, " target"]) -> None:
        """Learn nothing here; the variances learn by gradient."""


class DynamicWeightAverage(nn.Module):
    """More weight to targets whose error fell least over the last two epochs."""

    last: Tensor
    before: Tensor

    def __init__(self, targets: int) -> None:
        super().__init__()
        self.register_buffer("last", torch.zeros(targets))
        self.register_buffer("before", torch.zeros(targets))

    def forward(
        self, errors: Float[Tensor, " target"], present: Bool[Tensor, " target"]
    ) -> Float[Tensor, ""]:
        """Return one loss."""
        return mean_of_present(errors * self.weights(), present)

    def weights(self) -> Float[Tensor, " target"]:
        """Return what each target's error counts, 1 on average."""
        pace = torch.where(self.before > 0, self.last / self.before, 1.0)
        return len(pace) * torch.softmax(pace / TEMPERATURE, dim=0)

    def epoch_done(self, errors: Float[Tensor, " target"]) -> None:
        """Remember an epoch's mean errors; until the second, all weigh the same."""
        self.before.copy_(self.last)
        self.last.copy_(errors)


JointLoss = EqualWeighting | UncertaintyWeighting | DynamicWeightAverage

_RULES: dict[Weighting, Callable[[int], JointLoss]] = {
    "equal": EqualWeighting,
    "uncertainty": UncertaintyWeighting,
    "dynamic-average": DynamicWeightAverage,
}


def joint_loss_of(weighting: Weighting, targets: int) -> JointLoss:
    """Build the rule called `weighting`."""
    return _RULES[weighting](targets)


def mean_of_present(
    losses: Float[Tensor, " target"], present: Bool[Tensor, " target"]
) -> Float[Tensor, ""]:
    """Return the mean over the targets that are there."""
    return (losses * present).sum() / present.sum().clamp(min=1)
