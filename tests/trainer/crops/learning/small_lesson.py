"""A lesson that takes a second: made fields, a tiny network."""

import numpy as np

from tests.trainer.crops.made_series import MadeOrder, made_series
from trainer.crops.learning.learning_settings import (
    Augmentation,
    CropPlan,
    LossRule,
    SeriesSettings,
)
from trainer.crops.learning.series_parts import SeriesParts
from trainer.crops.learning.train_series import SeriesLesson
from trainer.crops.networks.crop_recipes import AttentionRecipe, CropRecipe
from trainer.crops.series.series_set import SeriesSet

TINY = AttentionRecipe(name="tiny", width=16, heads=2, dense=16, dropout=0.1)
USUAL_LOSS, USUAL_AUGMENTATION = LossRule(), Augmentation()
EASY = MadeOrder(fields_across=12, pixels_across=1, cloudy=0.3, noise=0.01, seed=5)


def small_series() -> SeriesSet:
    """Return 144 places in 12 boxes."""
    return made_series(EASY)


def small_plan(
    epochs: int = 4,
    patience: int = 3,
    loss: LossRule = USUAL_LOSS,
    augmentation: Augmentation = USUAL_AUGMENTATION,
    recipe: CropRecipe = TINY,
) -> CropPlan:
    """Return a plan for the tiny network."""
    settings = SeriesSettings(
        epochs=epochs,
        patience=patience,
        batch=24,
        learning_rate=1e-2,
        loss=loss,
        augmentation=augmentation,
    )
    return CropPlan(recipe=recipe, settings=settings, seed=3)


def small_lesson() -> SeriesLesson:
    """Return two thirds of the boxes to learn from, and the rest to stop by."""
    series, rows = small_series(), np.arange(144)
    return SeriesLesson(series, SeriesParts(rows[:96], rows[96:], rows[:0]))
