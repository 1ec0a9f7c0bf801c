"""What varies with a target inside farms, as a library's farms agree on it.

Every library farm is centred and scaled by itself, so that neither its instrument's nor
its laboratory's level counts, and all farms count the same. Partial least squares on
their sums gives latent directions, and forecasts in deviations of a farm's own values.
Only sums are kept: no soil can be read back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.cross_products import CrossProducts, products_of, total
from trainer.calibrations.pls import fit_pls, fit_pls_rotations

Array = NDArray[np.float64]

COMPONENTS = 8
FORECASTS = (2, 4, 6, 8)
"""Components of the forecasts that are told side by side."""


@dataclass(frozen=True, eq=False)
class LibraryLatents:
    """Projections of one treatment, from centred treated scans.

    Attributes:
        latents: [band, component], each of variance one inside library farms.
        forecasts: [band, forecast], in deviations of a farm's own values.
    """

    latents: Array
    forecasts: Array

    @property
    def mean_forecast(self) -> Array:
        """The mean of the forecasts, [band, 1]."""
        mean: Array = self.forecasts.mean(axis=1, keepdims=True)
        return mean


def library_latents(farms: Sequence[tuple[Array, Array]]) -> LibraryLatents:
    """Return the latents of one treatment from farms of treated scans and values."""
    inside = total(_inside(treated, values) for treated, values in farms)
    rotations = fit_pls_rotations(inside, COMPONENTS)
    spectra, _ = inside.covariances()
    powers = np.einsum("cb,bd,cd->c", rotations, spectra, rotations)
    lengths = np.sqrt(np.where(powers > 0, powers, np.inf))
    path = fit_pls(inside, COMPONENTS).coefficients
    forecasts = path[np.array(FORECASTS) - 1]
    return LibraryLatents((rotations / lengths[:, np.newaxis]).T, forecasts.T)


def _inside(treated: Array, values: Array) -> CrossProducts:
    """Return a farm's sums about its own mean, in its own deviations."""
    spread = float(values.std()) or 1.0
    return products_of(
        treated - treated.mean(axis=0),
        (values - values.mean()) / spread,
        1 / len(values),
    )
