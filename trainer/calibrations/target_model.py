"""The equal mean of members for one target, kept within what can be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.member import Member

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TargetModel:
    """The equal mean of members for one target, kept within what can be."""

    members: tuple[Member, ...]
    least: float
    most: float

    def predict(self, scans: NDArray[np.float32]) -> Array:
        """Return one value a scan."""
        answers = [self._answer(member, scans) for member in self.members]
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
