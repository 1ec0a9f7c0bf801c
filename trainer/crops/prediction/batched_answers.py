"""Ask a graph in batches that always have the same size.

Sums come out differently in the last bit when a batch has another size. So a short one
is filled up: a place is told the same whoever stands beside it in the file.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trainer.crops.prediction.crop_answers import CropAnswers
from trainer.crops.series.series_set import SeriesBatch

AT_ONCE = 128
"""Larger batches leave the cache: see `tests/benchmarks/crops/prediction_pace.py`."""

Array = NDArray[np.float32]
Ask = Callable[[Array, Array, Array], tuple[Array, ...]]
"""From series, days and mask to value, low, high and novelty."""


def batched_answers(batch: SeriesBatch, at_once: int, ask: Ask) -> CropAnswers:
    """Answer series that lie on the model's grid."""
    parts = [
        _some(batch, slice(first, first + at_once), at_once, ask)
        for first in range(0, len(batch.days), at_once)
    ]
    value, low, high, novelty = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    seen = batch.mask.any(axis=2).sum(axis=1)
    return CropAnswers(value, low, high, novelty, seen)


def _some(batch: SeriesBatch, rows: slice, at_once: int, ask: Ask) -> tuple[Array, ...]:
    wanted = len(batch.days[rows])
    series, days, mask = (
        _filled(one[rows], at_once) for one in (batch.values, batch.days, batch.mask)
    )
    return tuple(one[:wanted] for one in ask(series, days, mask))


def _filled(rows: NDArray[np.generic], at_once: int) -> Array:
    filled = np.zeros((at_once, *rows.shape[1:]), np.float32)
    filled[: len(rows)] = rows
    return filled
