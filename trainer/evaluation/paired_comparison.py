"""Whether two methods differ, judged on the same folds with the same seeds.

Folds share most of the soils they learn from, so their differences are no independent
draws; Nadeau and Bengio's correction (Machine Learning 52, 2003) widens the interval
for that. Where there are too few folds, soils are drawn instead, a whole group at a
time: that says how far other test soils would change the verdict, not other training
soils.
"""

from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]

STANDARD = "pls"
"""What the field has used for forty years; a method that does not beat it is none."""
LEVEL = 0.95
FEWEST_FOLDS = 4
DRAWS = 2000


class PairedDifference(msgspec.Struct, frozen=True, kw_only=True):
    """RMSE of one method less that of a reference, in the target's unit.

    Attributes:
        target: OSSL name of the property.
        method: The method compared.
        reference: What it is compared with.
        difference: Mean difference; below 0 the method errs less.
        low: Lower end of the 95 % interval.
        high: Upper end.
        basis: Whether folds or groups of soils were the unit of the comparison.
        units: How many of them there were.
    """

    target: str
    method: str
    reference: str
    difference: float
    low: float
    high: float
    basis: Literal["folds", "soils"]
    units: int

    @property
    def is_distinguishable(self) -> bool:
        """Whether the interval leaves out that they err alike."""
        return self.low > 0 or self.high < 0


def interval_over_folds(
    differences: Array, test_share: float
) -> tuple[float, float, float]:
    """Return mean, low and high of differences over folds, corrected for sharing.

    `test_share` is soils judged over soils learned from, of a typical fold.
    """
    count = differences.size
    spread = float(differences.var(ddof=1)) * (1 / count + test_share)
    reach = float(stats.t.ppf((1 + LEVEL) / 2, count - 1)) * spread**0.5
    mean = float(differences.mean())
    return mean, mean - reach, mean + reach


def interval_over_soils(
    squared: Array, squared_reference: Array, groups: NDArray[np.str_]
) -> tuple[float, float, float]:
    """Return the difference of two RMSE and its bootstrap interval over groups."""
    _, place = np.unique(groups, return_inverse=True)
    sums = np.stack(
        [
            np.bincount(place, weights)
            for weights in (squared, squared_reference, np.ones_like(squared))
        ]
    )
    draws = np.random.default_rng(0).integers(0, sums.shape[1], (DRAWS, sums.shape[1]))
    method, reference, soils = sums[:, draws].sum(axis=2)
    drawn = np.sqrt(method / soils) - np.sqrt(reference / soils)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    whole = float(np.sqrt(squared.mean()) - np.sqrt(squared_reference.mean()))
    return whole, float(low), float(high)
