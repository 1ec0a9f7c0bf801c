"""The mean of members for one target, kept within what can be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.member import Member
from trainer.calibrations.viewed_sums import sums_by_view

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TargetModel:
    """The mean of members for one target, kept within what can be.

    Attributes:
        members: What is averaged.
        least: The least value that is told.
        most: The largest value that is told.
        shares: What each member counts; all the same where nothing is said. Members
            that count differently are kept within the range one by one.
    """

    members: tuple[Member, ...]
    least: float
    most: float
    shares: tuple[float, ...] = ()

    def predict(self, scans: NDArray[np.float32]) -> Array:
        """Return one value a scan."""
        answers = self.member_answers(scans)
        if self.shares:
            within = np.clip(answers, self.least, self.most)
            told: Array = np.array(self.shares) @ within
            return told
        mean: Array = np.clip(answers.mean(axis=0), self.least, self.most)
        return mean

    def member_answers(self, scans: NDArray[np.float32]) -> Array:
        """Return what each member says, [member, scan]; a view is looked at once."""
        total = np.zeros((len(scans), len(self.members)))
        total += [member.intercept for member in self.members]
        for sums in sums_by_view(self.members):
            total += sums.answer(scans)
        flags = np.array([member.is_logarithmic for member in self.members])
        if flags.any():
            raised = np.exp(np.minimum(total[:, flags], np.log(self.most)))
            total[:, flags] = raised
        return total.T


def believable_range(values: Array) -> tuple[float, float]:
    """Return the range of `values` widened by itself, never newly below nothing."""
    low, high = float(values.min()), float(values.max())
    least = 2 * low - high
    return max(0.0, least) if low >= 0 else least, 2 * high - low
