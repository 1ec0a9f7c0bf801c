"""How many components: by cross-validation that never splits a group.

Groups are whatever shares a field, profile or scan; with single soils each is its own.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.pls import PlsPath

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


def grouped_folds(
    groups: Sequence[str], folds: int, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """Yield rows to learn from and rows left out, whole groups at a time."""
    names = np.unique(np.array(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    count = min(folds, len(names))
    for fold in range(count):
        out = np.isin(groups, names[order[fold::count]])
        yield np.flatnonzero(~out), np.flatnonzero(out)


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
