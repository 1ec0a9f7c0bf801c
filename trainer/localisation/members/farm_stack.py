"""Farms with equally many labelled soils, stacked so that they are fitted together.

Everything under `members` works on stacks: the leading axis is the farm. One farm is a
stack of one, and is fitted by the same lines as a thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class FarmStack:
    """Labelled soils of farms for one target, none of their values missing.

    Attributes:
        treated: One array a treatment, [farm, soil, band].
        values: Laboratory values, [farm, soil].
    """

    treated: tuple[Array, ...]
    values: Array

    @property
    def farms(self) -> int:
        """How many farms there are."""
        return len(self.values)

    @property
    def soils(self) -> int:
        """How many labelled soils each of them has."""
        return int(self.values.shape[1])


def stack_of(farms: Sequence[tuple[Sequence[Array], Array]]) -> FarmStack:
    """Stack farms, each given as its treated scans and its values."""
    treated = zip(*(scans for scans, _ in farms), strict=True)
    return FarmStack(
        tuple(np.stack(one) for one in treated), np.stack([own for _, own in farms])
    )
