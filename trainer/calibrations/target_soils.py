"""Soils for one target: only those that have its value, grouped for honest choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

FEWEST = 4
"""Below this, leaving soils out leaves nothing to learn from."""


@dataclass(frozen=True, eq=False)
class TargetSoils:
    """Scans and values without gaps; `seed` decides every random choice."""

    scans: NDArray[np.float32]
    values: Array
    names: tuple[str, ...]
    seed: int

    @cached_property
    def groups(self) -> list[Rows]:
        """The rows of every group."""
        _, member = np.unique(self.names, return_inverse=True)
        order = np.argsort(member, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(member[order])) + 1)

    @property
    def skewness(self) -> float:
        """How much longer the upper tail is."""
        rest = self.values - self.values.mean()
        return float((rest**3).mean() / (rest**2).mean() ** 1.5)

    def folds(self, count: int) -> list[tuple[Rows, Rows]]:
        """Return rows to learn from and rows left out; groups stay whole."""
        return grouped_folds(self.groups, count, self.seed)


def grouped_folds(
    groups: Sequence[Rows], count: int, seed: int
) -> list[tuple[Rows, Rows]]:
    """Deal whole groups out, the largest first, to the fold that is smallest."""
    random = np.random.default_rng(seed)
    dealt = sorted(random.permutation(len(groups)), key=lambda at: -len(groups[at]))
    hands: list[list[Rows]] = [[] for _ in range(min(count, len(groups)))]
    for at in dealt:
        min(hands, key=lambda hand: sum(map(len, hand))).append(groups[at])
    everything = np.arange(sum(map(len, groups)))
    outs = [np.sort(np.concatenate(hand)) for hand in hands]
    return [(np.setdiff1d(everything, out), out) for out in outs]


def target_soils(soils: Soils, column: int, seed: int) -> TargetSoils:
    """Return the soils that have a value in `column`, or refuse too few."""
    values = soils.values[:, column]
    rows = np.flatnonzero(np.isfinite(values))
    known = soils.take(rows)
    distinct = len(set(known.groups))
    if len(rows) < FEWEST or distinct < FEWEST:
        raise CalibrationError(
            f"expected {FEWEST} groups of soils with {soils.targets[column]}, found "
            f"{distinct} groups of {len(rows)} soils; bring more labels or leave the "
            "target out"
        )
    return TargetSoils(known.spectra, values[rows], known.groups, seed)
