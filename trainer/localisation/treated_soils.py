"""Soils under every treatment that a farm model averages over, for one target."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.linear_map import LinearMap
from trainer.treatments.spectral_treatments import TREATMENTS, treat

Array = NDArray[np.float64]

Treated = tuple[Array, ...]
"""Treated spectra in the order of TREATMENTS."""

Maps = tuple[LinearMap, ...]
"""One calibration a treatment; their mean is the answer."""


@dataclass(frozen=True, eq=False)
class TreatedSoils:
    """Analysed soils of one farm; none of `values` is missing."""

    treated: Treated
    values: Array

    def take(self, rows: NDArray[np.intp]) -> "TreatedSoils":
        """Return some of the soils."""
        return TreatedSoils(tuple(one[rows] for one in self.treated), self.values[rows])

    def __len__(self) -> int:
        """Return how many soils there are."""
        return len(self.values)


def treat_all(spectra: NDArray[np.float32]) -> Treated:
    """Return the spectra under every treatment."""
    return tuple(treat(name, spectra) for name in TREATMENTS)


def analysed(treated: Treated, column: Array) -> TreatedSoils:
    """Return the soils whose value in `column` is not missing."""
    rows = np.flatnonzero(np.isfinite(column))
    return TreatedSoils(treated, column).take(rows)


def predict(maps: Sequence[LinearMap], treated: Treated) -> Array:
    """Return the mean answer of all treatments."""
    answers = [one.predict(rows) for one, rows in zip(maps, treated, strict=True)]
    mean: Array = np.mean(answers, axis=0)
    return mean
