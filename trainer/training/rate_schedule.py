"""How the learning rate falls: by halves when the score stalls, or along a cosine."""

import math
from functools import partial

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, ReduceLROnPlateau

from trainer.training.training_settings import LoopSettings

HALVE_AFTER = 3
"""The learning rate is halved after a third of the patience."""
RISING = 0.1
"""Share of the epochs in which a rate that follows a cosine rises."""
LEAST = 0.01
"""Of the largest rate that the last epoch still has."""

RateSchedule = ReduceLROnPlateau | LambdaLR


def rate_schedule(optimiser: Optimizer, settings: LoopSettings) -> RateSchedule:
    """Return the schedule that the settings name."""
    if settings.schedule == "plateau":
        return ReduceLROnPlateau(
            optimiser, factor=0.5, patience=settings.patience // HALVE_AFTER
        )
    return LambdaLR(optimiser, partial(cosine_share, epochs=settings.epochs))


def rate_after_epoch(schedule: RateSchedule, score: float) -> None:
    """Tell the schedule how an epoch ended."""
    if isinstance(schedule, ReduceLROnPlateau):
        schedule.step(score)
    else:
        schedule.step()


def cosine_share(epoch: int, epochs: int) -> float:
    """Return which share of the largest rate an epoch has."""
    rising = max(1, round(RISING * epochs))
    if epoch < rising:
        return (epoch + 1) / (rising + 1)
    gone = min(1.0, (epoch - rising) / max(1, epochs - rising))
    return LEAST + (1 - LEAST) * (1 + math.cos(math.pi * gone)) / 2
