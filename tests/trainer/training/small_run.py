"""A run that takes a fraction of a second: few made soils, a tiny network."""

import numpy as np
import torch

from tests.trainer.localisation.made_soils import CARBON, CLAY, GRID, made_library
from trainer.calibrations.calibration import Soils
from trainer.evaluation.soils_of_library import soils_of
from trainer.networks.convolution_block import ConvolutionBlock
from trainer.networks.convolutional_recipe import ConvolutionalRecipe
from trainer.networks.dense_block import DenseBlock
from trainer.training.checkpoint import Checkpoint
from trainer.training.training_settings import (
    TrainingPlan,
    TrainingSettings,
    Weighting,
)
from trainer.training.training_watch import EpochFigures, Snapshot

TINY = ConvolutionalRecipe(
    name="tiny",
    convolutions=(ConvolutionBlock(filters=6, kernel=6, stride=6, dropout=0.1),),
    dense=(DenseBlock(units=8, activation="swish", batch_normalisation=True),),
)
SOILS = 96
BANDS = GRID.bands


def small_soils() -> Soils:
    """Return made soils of two targets; every third has no clay."""
    soils = soils_of(made_library(farms=2, soils=SOILS // 2, targets=(CARBON, CLAY)))
    values = soils.values.copy()
    values[::3, 1] = np.nan
    pairs = tuple(f"profile-{row // 2}" for row in range(SOILS))
    return Soils(soils.spectra, values, pairs, soils.grid, soils.targets)


def small_plan(
    epochs: int = 6, patience: int = 5, weighting: Weighting = "equal"
) -> TrainingPlan:
    """Return a plan for the tiny network."""
    settings = TrainingSettings(
        epochs=epochs,
        patience=patience,
        batch=16,
        learning_rate=1e-2,
        weighting=weighting,
    )
    return TrainingPlan(recipe=TINY, settings=settings, seed=3)


class StopAfter:
    """Stops a run after so many batches, and keeps what it left."""

    def __init__(self, batches: int) -> None:
        self._left = batches
        self.figures: list[EpochFigures] = []
        self.checkpoint: Checkpoint | None = None

    def batch_done(self) -> bool:
        """Count down."""
        self._left -= 1
        return self._left == 0

    def epoch_done(self, figures: EpochFigures, snapshot: Snapshot) -> bool:
        """Keep the figures."""
        del snapshot
        self.figures.append(figures)
        return False

    def ended(self, snapshot: Snapshot) -> None:
        """Keep the checkpoint."""
        self.checkpoint = snapshot()


def assert_equal_states(one: object, other: object) -> None:
    """Assert that two nested states are equal to the last bit."""
    if isinstance(one, torch.Tensor):
        assert isinstance(other, torch.Tensor)
        assert torch.equal(one, other)
    elif isinstance(one, dict):
        assert isinstance(other, dict)
        assert list(one) == list(other)
        for name in one:
            assert_equal_states(one[name], other[name])
    elif isinstance(one, list | tuple):
        assert isinstance(other, list | tuple)
        for first, second in zip(one, other, strict=True):
            assert_equal_states(first, second)
    else:
        assert one == other
