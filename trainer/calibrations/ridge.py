"""Ridge regression whose penalty is the one that makes the labels most likely.

Seen as a Gaussian process with a linear kernel (MacKay, Neural Computation 4, 1992).
With ten labels the evidence is a steadier guide than leave-one-out error.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.linear_map import LinearMap, constant

Array = NDArray[np.float64]

PENALTIES = 10.0 ** np.arange(-4.0, 1.75, 0.25)
"""Noise variance against the mean variance that the spectra explain."""


def fit_ridge(spectra: Array, target: Array) -> LinearMap:
    """Fit on centred spectra and target."""
    centre, level = spectra.mean(axis=0), float(target.mean())
    rows, rest = spectra - centre, target - level
    powers, turn = np.linalg.eigh(rows @ rows.T)
    powers = np.clip(powers, 0, None)
    scale = float(powers.mean())
    if scale == 0 or not rest.any():
        return constant(level, centre.size)
    along = turn.T @ rest
    penalty = scale * _likeliest(powers / scale, along)
    coefficients = rows.T @ (turn @ (along / (powers + penalty)))
    return LinearMap(coefficients, level - float(centre @ coefficients))


def _likeliest(powers: Array, along: Array) -> float:
    """Return the penalty of highest evidence; centring took one direction away."""
    spread = powers[1:, np.newaxis] + PENALTIES
    noise = (along[1:, np.newaxis] ** 2 / spread).mean(axis=0)
    evidence = -len(spread) * np.log(noise) - np.log(spread).sum(axis=0)
    return float(PENALTIES[int(np.argmax(evidence))])
