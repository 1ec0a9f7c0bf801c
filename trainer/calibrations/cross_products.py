"""Sums over soils from which linear calibrations are fitted; no soil can be read back.

Sums add up: a library is the sum of its farms, leaving one farm out is not adding it,
and spiking a library with local soils is one more addition. All in float64.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CrossProducts:
    """Weighted sums of spectra, of one target, and of their products.

    Attributes:
        weight: Sum of the soils' weights.
        spectrum: Weighted sum of the spectra.
        target: Weighted sum of the target.
        spectra: Weighted sum of each spectrum's products with itself, band by band.
        both: Weighted sum of spectrum times target.
    """

    weight: float
    spectrum: Array
    target: float
    spectra: Array
    both: Array

    def __add__(self, other: "CrossProducts") -> "CrossProducts":
        """Return the sums over both groups of soils."""
        return CrossProducts(
            self.weight + other.weight,
            self.spectrum + other.spectrum,
            self.target + other.target,
            self.spectra + other.spectra,
            self.both + other.both,
        )

    @property
    def centre(self) -> Array:
        """The mean spectrum."""
        return self.spectrum / self.weight

    @property
    def level(self) -> float:
        """The mean target."""
        return self.target / self.weight

    def covariances(self) -> tuple[Array, Array]:
        """Return band by band, and band by target, both about the means."""
        spectra = self.spectra / self.weight - np.outer(self.centre, self.centre)
        return spectra, self.both / self.weight - self.centre * self.level


def products_of(spectra: Array, target: Array, weight: float = 1.0) -> CrossProducts:
    """Sum over soils of equal weight, `weight` together for each."""
    return CrossProducts(
        weight * len(target),
        weight * spectra.sum(axis=0),
        weight * float(target.sum()),
        weight * (spectra.T @ spectra),
        weight * (target @ spectra),
    )


def total(groups: Iterable[CrossProducts]) -> CrossProducts:
    """Return the sums over all groups; there must be one."""
    first, *others = groups
    for other in others:
        first = first + other
    return first
