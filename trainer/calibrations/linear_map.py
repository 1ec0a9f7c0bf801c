"""One fitted linear calibration: treated spectrum to target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearMap:
    """`x @ coefficients + intercept`, for one target."""

    coefficients: Array
    intercept: float

    def predict(self, spectra: Array) -> Array:
        """Return one value a soil."""
        values: Array = spectra @ self.coefficients + self.intercept
        return values

    def times(self, factor: float) -> "LinearMap":
        """Return the map whose answers are `factor` times as large."""
        return LinearMap(self.coefficients * factor, self.intercept * factor)

    def plus(self, offset: float) -> "LinearMap":
        """Return the map whose answers are larger by `offset`."""
        return LinearMap(self.coefficients, self.intercept + offset)


def constant(level: float, bands: int) -> LinearMap:
    """Return the map that answers `level` whatever it sees."""
    return LinearMap(np.zeros(bands), level)
