"""The mean of members for one target, kept within what can be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.member import Member

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
        answers = [self._answer(member, scans) for member in self.members]
        if self.shares:
            within = np.clip(answers, self.least, self.most)
            told: Array = np.array(self.shares) @ within
            return told
        mean: Array = np.clip(np.mean(answers, axis=0), self.least, self.most)
        return mean

    def _answer(self, member: Member, scans: NDArray[np.float32]) -> Array:
        answer = member.answer(scans)
        if not member.is_logarithmic:
            return answer
        return np.exp(np.minimum(answer, np.log(self.most)))


def believable_range(values: Array) -> tuple[float, float]:
    """Return the range of `values` widened by itself, never newly below nothing."""
    low, high = float(values.min()), float(values.max())
    least = 2 * low - high
    return max(0.0, least) if low >= 0 else least, 2 * high - low
