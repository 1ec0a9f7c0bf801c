"""What may look on while a network is trained, and may end it.

A watch sees the run after every batch and every epoch. None changes what is learned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from trainer.training.checkpoint import Checkpoint

Snapshot = Callable[[], Checkpoint]
"""Taking one copies all weights: only who keeps it asks for it."""


@dataclass(frozen=True)
class EpochFigures:
    """What one epoch came to; what its figures mean is told by who trains.

    Attributes:
        epoch: Counted from 0.
        training: Every figure's mean while learning.
        validation: Every figure on what was held back; NaN if unknown.
        score: The mean over the figures: what early stopping watches.
        learning_rate: The step it was done with.
        weights: What every figure counted.
        examples: How many examples were learned from.
        data_s: Seconds spent on taking batches.
        total_s: Seconds spent on the epoch's batches together.
        is_best: Whether no epoch before scored lower.
    """

    epoch: int
    training: tuple[float, ...]
    validation: tuple[float, ...]
    score: float
    learning_rate: float
    weights: tuple[float, ...]
    examples: int
    data_s: float
    total_s: float
    is_best: bool


@runtime_checkable
class TrainingWatch(Protocol):
    """Looks on."""

    def batch_done(self) -> bool:
        """Return whether training should stop here."""
        ...

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Take note of an epoch; return whether training should stop here."""
        ...

    def ended(self, snapshot: Snapshot) -> None:
        """Take note of where training ended, by itself or not."""
        ...


class Watches:
    """Several watches as one; without any, nobody looks on."""

    def __init__(self, watches: Sequence[TrainingWatch] = ()) -> None:
        self._watches = watches

    def batch_done(self) -> bool:
        """Ask all."""
        asked = [watch.batch_done() for watch in self._watches]
        return any(asked)

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Tell all."""
        asked = [watch.epoch_done(figures, snapshot) for watch in self._watches]
        return any(asked)

    def ended(self, snapshot: Snapshot) -> None:
        """Tell all."""
        for watch in self._watches:
            watch.ended(snapshot)


NOBODY = Watches()
