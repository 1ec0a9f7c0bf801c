"""A profiler trace of a few batches, for TensorBoard or any viewer of Chrome traces."""

from pathlib import Path

from torch.profiler import profile, schedule, tensorboard_trace_handler

from trainer.training.training_watch import EpochFigures, Snapshot

WAITED, WARMED, TRACED = 2, 1, 4
"""Batches that are let pass, that warm the profiler up, and that are traced."""


class ProfileTrace:
    """Traces the first batches and then costs nothing."""

    def __init__(self, folder: Path) -> None:
        self._batches = 0
        self._profiler = profile(
            schedule=schedule(wait=WAITED, warmup=WARMED, active=TRACED, repeat=1),
            on_trace_ready=tensorboard_trace_handler(str(folder)),
            record_shapes=True,
        )
        self._profiler.start()

    def batch_done(self) -> bool:
        """Go on to the profiler's next step until the trace is written."""
        self._batches += 1
        if self._batches <= WAITED + WARMED + TRACED:
            self._profiler.step()
        if self._batches == WAITED + WARMED + TRACED:
            self._profiler.stop()
        return False

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Go on."""
        del figures, snapshot
        return False

    def ended(self, snapshot: Snapshot) -> None:
        """Leave the trace as it is."""
