"""Spiking: the library with the farm's own soils among it, counted more than once.

A soil that stands there w times weighs w times as much in any calibration. Copies
share their soil's group, so that no inner choice sees a copy on both sides. How many
copies is fixed where one number is given; of several, the one that is least wrong on
the farm's own soils, left out in whole groups.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibration import Calibration, FittedCalibration, Soils
from trainer.calibrations.joined_soils import analysed, joined
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.splits import Fold, grouped_folds
from trainer.localisation.transfer_arms.transfer_arm import library_beside

FEWEST_GROUPS = 4
"""With fewer there is nothing to choose by, and the middle weight is taken."""


@dataclass(frozen=True)
class Spiking:
    """Library and farm together, the farm's soils standing there several times.

    Attributes:
        calibration: What is fitted to both.
        copies: How often each of the farm's soils stands there; several are tried.
        folds: Into how many parts the farm's soils are dealt to choose by.
        title: What tables call it, where that says more.
    """

    calibration: Calibration
    copies: tuple[int, ...] = (1, 3, 10)
    folds: int = 5
    title: str = ""
    needs_library_samples: bool = True
    learns_from_labels: bool = True

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return self.title or f"spiked:{self.calibration.name}"

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedCalibration:
        """Choose the weight inside the farm's labels, then fit both."""
        far, near = library_beside(library, farm, self.name), analysed(farm)
        copies = self._choose(far, near, seed)
        return self.calibration.fit(spiked(far, near, copies), seed)

    def _choose(self, far: Soils, near: Soils, seed: int) -> int:
        groups = len(set(near.groups))
        if len(self.copies) == 1 or groups < FEWEST_GROUPS:
            return self.copies[len(self.copies) // 2]
        folds = grouped_folds(near.groups, min(self.folds, groups), seed)
        errors = [
            sum(self._left_out_error(far, near, fold, copies, seed) for fold in folds)
            for copies in self.copies
        ]
        return self.copies[int(np.argmin(errors))]

    def _left_out_error(
        self, far: Soils, near: Soils, fold: Fold, copies: int, seed: int
    ) -> float:
        kept, out = near.take(np.array(fold.train)), near.take(np.array(fold.test))
        fitted = self.calibration.fit(spiked(far, kept, copies), seed)
        misses = fitted.predict(out.spectra) - out.values
        return float(np.nansum((misses / _spreads(near)) ** 2))


def spiked(library: Soils, farm: Soils, copies: int) -> Soils:
    """Return the library and so many copies of every soil of the farm."""
    return joined(library, farm.take(np.tile(np.arange(len(farm)), copies)))


def _spreads(soils: Soils) -> NDArray[np.float64]:
    """Return every target's deviation, so that all count alike."""
    spread = np.nanstd(soils.values, axis=0)
    return np.where(spread > 0, spread, 1.0)
