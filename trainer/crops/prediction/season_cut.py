"""The season as a model may look at it on one day: nothing that came later.

Prepared series span a whole season. For a prediction on a day, what was observed after
it is removed. A model whose window ends with the day of prediction gets its buckets cut
anew; of two observations that fall into one, the earlier is kept, as preparation does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.season_grid import SeasonGrid
from trainer.crops.series.series_set import SeriesBatch
from trainer.errors import LibraryError


@dataclass(frozen=True)
class SeasonCut:
    """Cuts series of one grid to what a model of another looks at.

    Attributes:
        series: The grid that series lie on; its first day is known.
        model: The grid of the model's window.
    """

    series: SeasonGrid
    model: SeasonGrid

    def __post_init__(self) -> None:
        """Refuse series that lack what the model needs."""
        missing = [
            one for one in self.model.channels if one not in self.series.channels
        ]
        if missing:
            wanted = ", ".join(f"{one.name} ({one.unit})" for one in missing)
            found = ", ".join(
                f"{one.name} ({one.unit})" for one in self.series.channels
            )
            raise LibraryError(
                f"expected series with {wanted}, which the model looks at, found "
                f"{found}; prepare them with the model's channels"
            )
        if self.series.bucket_days != self.model.bucket_days:
            raise LibraryError(
                f"expected series in buckets of {self.model.bucket_days} days, which "
                f"the model learned from, found {self.series.bucket_days}; prepare "
                f"them with the model's grid"
            )
        self._refuse_gap()

    def until(self, batch: SeriesBatch, day: int) -> SeriesBatch:
        """Return the model's view of the series on `day`."""
        columns = [self.series.channels.index(one) for one in self.model.channels]
        mask = batch.mask[:, :, columns] & (batch.days <= day)[:, :, None]
        kept = SeriesBatch(batch.values[:, :, columns], batch.days, mask)
        return self._in_buckets(kept, self.model.first_day_until(day))

    def _refuse_gap(self) -> None:
        first = self.model.first_day
        begins = self.series.first_day_until(0)
        if first is not None and first < begins:
            raise LibraryError(
                f"expected series from day {first} of the harvest's year, where the "
                f"model's season begins, found them from day {begins}; prepare them "
                "with the model's grid"
            )

    def _in_buckets(self, batch: SeriesBatch, first: int) -> SeriesBatch:
        places, (steps, width) = (
            len(batch.days),
            (self.model.steps, len(self.model.channels)),
        )
        values = np.zeros((places, steps, width), np.float32)
        mask = np.zeros((places, steps, width), np.bool_)
        days = np.tile(self.model.middles(first), (places, 1))
        bucket = np.floor((batch.days - first) / self.model.bucket_days).astype(np.intp)
        usable = batch.mask.any(axis=2) & (bucket >= 0) & (bucket < steps)
        # Backwards: what was seen first is written last, and stays.
        for step in range(batch.days.shape[1] - 1, -1, -1):
            rows: NDArray[np.intp] = np.flatnonzero(usable[:, step])
            into = bucket[rows, step]
            values[rows, into] = batch.values[rows, step]
            mask[rows, into] = batch.mask[rows, step]
            days[rows, into] = batch.days[rows, step]
        values[~mask] = 0
        return SeriesBatch(values, days, mask)
