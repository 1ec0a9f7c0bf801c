"""What a crop model tells of some series, and who tells it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from protocols.season_grid import SeasonGrid
from trainer.crops.certainty.conformal_set import classes_in_sets
from trainer.crops.series.series_set import SeriesBatch

Array = NDArray[np.float32]

EDGE = 1.0
"""Above this novelty a series is foreign to the model."""


@dataclass(frozen=True, eq=False)
class CropAnswers:
    """Answers, one row a series.

    Attributes:
        value: Probability of each class [series, class].
        low, high: The interval of that probability [series, class].
        novelty: 1.0 at the edge of what the model knows [series].
        steps_seen: In how many buckets anything was seen [series].
    """

    value: Array
    low: Array
    high: Array
    novelty: Array
    steps_seen: NDArray[np.intp]

    def __len__(self) -> int:
        """Return how many series were told of."""
        return len(self.value)

    @property
    def likeliest(self) -> NDArray[np.intp]:
        """Return the class told of each series."""
        likeliest: NDArray[np.intp] = self.value.argmax(axis=1)
        return likeliest

    @property
    def is_flagged(self) -> NDArray[np.bool_]:
        """Return of which series the model cannot know: foreign, or nothing seen."""
        # So written, a novelty that is no number is foreign too.
        known: NDArray[np.bool_] = (self.novelty <= EDGE) & (self.steps_seen > 0)
        return ~known

    def sets(self, threshold: float) -> NDArray[np.bool_]:
        """Return which classes may grow there [series, class]."""
        return classes_in_sets(self.value, threshold)


class CropTeller(Protocol):
    """A model that tells crops, whatever runs it."""

    @property
    def grid(self) -> SeasonGrid:
        """The season that it looks at."""

    @property
    def legend(self) -> tuple[str, ...]:
        """The classes it tells apart."""

    @property
    def digest(self) -> str:
        """Names the model's content."""

    @property
    def learned_from(self) -> str:
        """Names the series that it learned from; empty where unknown."""

    def threshold_on(self, day: int) -> float:
        """Return from which probability on a class belongs to the set on a day."""

    def tell(self, batch: SeriesBatch) -> CropAnswers:
        """Answer series that lie on the model's grid."""
