"""Ways to put an interval around what one farm's model tells, beside the product's own.

All use the same members, fitted as the product fits them; each is told by its name in
`tests.benchmarks.interval_coverage`. Intervals never reach below nothing.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from tests.benchmarks.limesoda_farms import Customer
from trainer.calibrations.component_choice import soil_folds
from trainer.calibrations.conformal import LEVEL, reachable_quantile
from trainer.calibrations.local_difficulty import DifficultyShares, difficulty_among
from trainer.localisation.farm_model import (
    FarmModel,
    as_module,
    localise,
    localise_many,
)
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

FOLDS = 10
NORMAL = 1.645
"""Nine tenths of a normal distribution lie within so many deviations."""


@dataclass(frozen=True, eq=False)
class Interval:
    """Low and high of every judged soil."""

    low: Array
    high: Array


@dataclass(frozen=True, eq=False)
class LabelledDraw:
    """One draw of labels on a farm, and the soils that are judged.

    Attributes:
        farm: The farm.
        knowledge: What the other sets teach.
        known: Which soils are labelled.
        judged: Which are not, and are judged.
        seed: Seeds the folds.
    """

    farm: Customer
    knowledge: LibraryKnowledge
    known: Rows
    judged: Rows
    seed: int

    @cached_property
    def model(self) -> FarmModel:
        """The product's model."""
        return localise(self.knowledge, self.farm.some(self.known), self.seed)

    @cached_property
    def folds(self) -> list["Fold"]:
        """The whole product, refitted without each fold of labels."""
        pairs = soil_folds(len(self.known), FOLDS, self.seed)
        farms = [self.farm.some(self.known[kept]) for kept, _ in pairs]
        models = localise_many(self.knowledge, farms, self.seed)
        return [Fold(model, out) for model, (_, out) in zip(models, pairs, strict=True)]

    @property
    def scans(self) -> NDArray[np.float32]:
        """Scans of the judged soils."""
        return self.farm.farm.spectra[self.judged]

    @property
    def labels(self) -> Array:
        """Values of the labelled soils."""
        return self.farm.values[self.known]

    @cached_property
    def told(self) -> Array:
        """What the model tells of the judged soils, before any interval."""
        return self.model.fits[0].answer(self.scans)

    def around(self, half_width: Array | float) -> Interval:
        """Return intervals of such half widths around what the model tells."""
        low = np.maximum(self.told - half_width, min(self.model.fits[0].model.least, 0))
        return Interval(low, self.told + half_width)


@dataclass(frozen=True, eq=False)
class Fold:
    """A model that has not seen some of the labels, and which those are."""

    model: FarmModel
    out: Rows

    def told(
        self, soils: NDArray[np.float32], *, is_scaled: bool
    ) -> tuple[Array, Array]:
        """Return what the model tells, and the difficulty it sees."""
        (fit,) = self.model.fits
        answer = fit.answer(soils)
        if not is_scaled:
            return answer, np.ones(len(answer))
        return answer, fit.difficulty.of(self.model.domain.novelty(soils), answer)


def product(draw: LabelledDraw) -> Interval:
    """Return what the module answers that is exported."""
    with torch.no_grad():
        _, low, high, _ = as_module(draw.model)(torch.from_numpy(draw.scans))
    return Interval(low[:, 0].double().numpy(), high[:, 0].double().numpy())


def with_shares(draw: LabelledDraw, shares: DifficultyShares) -> Interval:
    """Return the product's way at other shares of novelty and value."""
    (fit,), domain = draw.model.fits, draw.model.domain
    difficulty = difficulty_among(domain.left_out, fit.nested, shares)
    scores = np.abs(fit.nested - draw.labels)
    width = reachable_quantile(
        scores / difficulty.of(domain.left_out, fit.nested), LEVEL
    )
    return draw.around(width * difficulty.of(domain.novelty(draw.scans), draw.told))


def normal(draw: LabelledDraw) -> Interval:
    """Return the root mean square of nested errors as a normal deviation."""
    errors = draw.model.fits[0].nested - draw.labels
    return draw.around(NORMAL * float(np.sqrt((errors**2).mean())))


def split_conformal(draw: LabelledDraw) -> Interval:
    """Fit on half of the labels, count errors on the other half (Lei et al. 2018).

    Where too few are left to count, the largest of them has to do.
    """
    half = len(draw.known) // 2
    model = localise(draw.knowledge, draw.farm.some(draw.known[:half]), draw.seed)
    (fit,), rest = model.fits, draw.known[half:]
    errors = np.abs(fit.answer(draw.farm.farm.spectra[rest]) - draw.farm.values[rest])
    told, width = fit.answer(draw.scans), reachable_quantile(errors, LEVEL)
    low = np.maximum(told - width, min(fit.model.least, 0))
    return Interval(low, told + width)


def cv_plus(draw: LabelledDraw, *, is_scaled: bool) -> Interval:
    """Return CV+ (Barber et al. 2021), its residuals perhaps scaled fold by fold."""
    lows, highs = [], []
    for fold in draw.folds:
        told, difficulty = fold.told(draw.scans, is_scaled=is_scaled)
        reach = np.outer(_scores(draw, fold, is_scaled=is_scaled), difficulty)
        lows.append(told - reach)
        highs.append(told + reach)
    low, high = np.concatenate(lows), np.concatenate(highs)
    rank = min(int(np.ceil((len(low) + 1) * LEVEL - 1e-9)), len(low))
    least = min(draw.model.fits[0].model.least, 0)
    lowest = -np.sort(-low, axis=0)[rank - 1]
    return Interval(np.maximum(lowest, least), np.sort(high, axis=0)[rank - 1])


def minmax(draw: LabelledDraw) -> Interval:
    """Return the jackknife-minmax of the same folds: all of them must agree."""
    told = [fold.told(draw.scans, is_scaled=False)[0] for fold in draw.folds]
    scores = [_scores(draw, fold, is_scaled=False) for fold in draw.folds]
    width = reachable_quantile(np.concatenate(scores), LEVEL)
    least = min(draw.model.fits[0].model.least, 0)
    low = np.maximum(np.min(told, axis=0) - width, least)
    return Interval(low, np.max(told, axis=0) + width)


def _scores(draw: LabelledDraw, fold: Fold, *, is_scaled: bool) -> Array:
    """Return how wrong a fold's model is on the labels that it has not seen."""
    left_out: FarmSoils = draw.farm.some(draw.known[fold.out])
    told, difficulty = fold.told(left_out.spectra, is_scaled=is_scaled)
    scores: Array = np.abs(told - left_out.values[:, 0]) / difficulty
    return scores
