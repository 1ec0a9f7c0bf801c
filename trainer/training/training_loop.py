"""The loop that every network is trained in: batches, epochs, watches, and an end.

A run that was stopped goes on where it stood, bit for bit, from its checkpoint: on the
same data and by the same plan, of which only the number of epochs may change.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import torch

from trainer.errors import CalibrationError
from trainer.training.checkpoint import Checkpoint
from trainer.training.training_run import TrainingRun
from trainer.training.training_watch import TrainingWatch

FOREVER = 2**31
"""Epochs that stand for any number of them, where two plans are compared."""


@dataclass(frozen=True, eq=False)
class Origin:
    """What a run is about, so that nobody goes on with another.

    Attributes:
        plan: The plan as JSON.
        data: The digest of what is learned from.
        what: What that is called.
        without_epochs: The plan with its number of epochs put aside.
    """

    plan: str
    data: str
    what: str
    without_epochs: Callable[[str], object]

    def check(self, start: Checkpoint) -> None:
        """Refuse to go on from anything else; only the number of epochs may change."""
        if start.data != self.data:
            raise CalibrationError(
                f"expected the {self.what} {start.data[:16]} that training began with, "
                f"found {self.data[:16]}; train without --resume"
            )
        if self.without_epochs(start.plan) != self.without_epochs(self.plan):
            raise CalibrationError(
                "expected the recipe, settings and seed that training began with, "
                "found others; train without --resume, or as it began: "
                f"{start.plan}"
            )


def learn(
    run: TrainingRun,
    origin: Origin,
    watch: TrainingWatch,
    start: Checkpoint | None,
    judges_start: bool = False,
) -> None:
    """Train from the beginning, or go on from `start`, until over or stopped."""
    if start:
        origin.check(start)
        run.restore(start)
    elif judges_start:
        run.judge_start()
    snapshot = partial(run.snapshot, origin.plan, origin.data)

    is_stopped = False
    while not run.is_over and not is_stopped:
        for rows in run.batches_to_do():
            run.step(rows)
            if is_stopped := watch.batch_done():
                break
        else:
            figures = run.end_epoch()
            is_stopped = watch.epoch_done(figures, snapshot)
    watch.ended(snapshot)
    run.task.network.load_state_dict(run.best)


@contextmanager
def own_random_numbers(seed: int, device: torch.device) -> Iterator[None]:
    """Draw from `seed` inside, and leave the program's random numbers alone."""
    drawn_on = [] if device.type == "cpu" else [device]
    with torch.random.fork_rng(devices=drawn_on):
        torch.manual_seed(seed)
        yield
