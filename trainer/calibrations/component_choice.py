"""How many components: by cross-validation over soils that share nothing.

Inside one farm every soil stands for itself. Across farms, whole farms are left out;
that is the library model's own business.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.pls import PlsPath

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


def soil_folds(soils: int, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Return folds over soils that share nothing."""
    order = np.random.default_rng(seed).permutation(soils)
    count = min(folds, soils)
    return [
        (np.sort(np.delete(order, np.s_[fold::count])), np.sort(order[fold::count]))
        for fold in range(count)
    ]


def choose_components(
    fit: Callable[[Rows], PlsPath],
    spectra: Array,
    target: Array,
    folds: Sequence[tuple[Rows, Rows]],
) -> int:
    """Return the count of least squared error over the soils left out."""
    errors = [
        (fit(kept).predict(spectra[out]) - target[out, np.newaxis]) ** 2
        for kept, out in folds
    ]
    return int(np.concatenate(errors).mean(axis=0).argmin()) + 1
