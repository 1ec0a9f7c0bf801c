"""What the one loop asks of whatever is learned: soils, or series of places.

A task knows its examples and its network; the loop knows epochs, patience, checkpoints
and the learning rate. Neither needs to know the other's insides.
"""

from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

Taken = tuple[Tensor, ...]
"""One batch on the device, as its task likes it."""
SUMMED = 2
"""Rows of what is added up over an epoch: a figure's values, and how often it was
there."""


@runtime_checkable
class FigureLoss(Protocol):
    """How the figures of a batch become one loss; may itself learn.

    It is a module: what it has learned goes into the checkpoint.
    """

    def weights(self) -> Float[Tensor, " figure"]:
        """Return what each figure counts."""
        ...

    def epoch_done(self, errors: Float[Tensor, " figure"]) -> None:
        """Take note of an epoch's mean figures."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Return what it has learned."""
        ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> object:
        """Go on from what it had learned."""
        ...


@runtime_checkable
class LearningTask(Protocol):
    """Examples, a network, and what the network should tell of them."""

    @property
    def network(self) -> nn.Module:
        """What learns; its weights are what a run is about."""
        ...

    @property
    def device(self) -> torch.device:
        """Where it is computed."""
        ...

    @property
    def loss(self) -> FigureLoss:
        """How figures become one loss."""
        ...

    @property
    def figures(self) -> int:
        """How many figures an epoch is told in."""
        ...

    def __len__(self) -> int:
        """Return how many examples are learned from."""
        ...

    def groups(self) -> list[dict[str, Any]]:
        """Return the optimiser's groups of weights."""
        ...

    def resting(self) -> Iterable[nn.Module]:
        """Return the modules that keep their weights and all their answers."""
        ...

    def batches(self, epoch: int) -> tuple[Int[Tensor, " row"], ...]:
        """Return an epoch's batches: a rule of the epoch, so that any can be redone."""
        ...

    def take(self, rows: Int[Tensor, " row"]) -> Taken:
        """Return one batch on the device."""
        ...

    def learn(
        self, taken: Taken
    ) -> tuple[Float[Tensor, ""], Float[Tensor, "summed figure"]]:
        """Return a batch's loss, and its figures with how often each was there."""
        ...

    def held_back(self) -> Float[Tensor, " figure"]:
        """Return the figures of what is held back, NaN where there is nothing."""
        ...
