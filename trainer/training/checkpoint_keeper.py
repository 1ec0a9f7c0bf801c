"""Keeps a run's checkpoint on disk: now and then, and where it ended."""

import time
from collections.abc import Callable
from pathlib import Path

from trainer.training.checkpoint import write_checkpoint
from trainer.training.training_watch import EpochFigures, Snapshot

EVERY_S = 30.0
"""A killed machine loses no more than this; a large network takes a second to write."""


class CheckpointKeeper:
    """Writes checkpoints, and stops the run when it is asked to."""

    def __init__(
        self,
        path: Path,
        should_stop: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._should_stop, self._clock = path, should_stop, clock
        self._written_at = clock()

    def batch_done(self) -> bool:
        """Return whether somebody asked to stop."""
        return self._should_stop()

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Write a checkpoint if the last one is old."""
        del figures
        if self._clock() - self._written_at >= EVERY_S:
            self.ended(snapshot)
        return False

    def ended(self, snapshot: Snapshot) -> None:
        """Write the last state."""
        write_checkpoint(snapshot(), self._path)
        self._written_at = self._clock()
