"""Label the same series anew: by another definition of classes, or another window.

A folder keeps the code of every place, so that what is a class can be tried without
preparing anything again.
"""

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.crops.growing_crops import nothing_grows
from trainer.crops.preparation.class_definition import (
    UNLABELLED_CODES,
    ClassDefinition,
)
from trainer.crops.series_folder import (
    NO_CODE,
    open_scenes,
    open_series_folder,
    read_codes,
)
from trainer.crops.series_set import UNKNOWN, SeriesSet


def open_relabelled(
    folder: Path, classes: ClassDefinition, window: slice | None = None
) -> SeriesSet:
    """Open series with the classes of a definition, in all buckets or in some.

    Where the definition has a class for places on which nothing grows, the scenes at
    the end of the window tell which those are.
    """
    series = open_series_folder(folder)
    steps = window or slice(None)
    labels = _labels(read_codes(folder), classes)
    if classes.no_crop_growing is not None:
        bare = nothing_grows(open_scenes(folder)[:, steps]) & (labels != UNKNOWN)
        labels[bare] = classes.legend.index(classes.no_crop_growing)
    first, last, _ = steps.indices(series.grid.steps)
    begins = (series.grid.first_day or 0) + first * series.grid.bucket_days
    grid = msgspec.structs.replace(series.grid, first_day=begins, steps=last - first)
    return SeriesSet(
        grid=grid,
        legend=classes.legend,
        places=series.places.with_labels(labels),
        values=series.values[:, steps],
        days=series.days[:, steps],
        mask=series.mask[:, steps],
        rows=series.rows,
    )


def _labels(codes: NDArray[np.int16], classes: ClassDefinition) -> NDArray[np.int16]:
    labels = np.full(len(codes), UNKNOWN, dtype=np.int16)
    for code in np.unique(codes):
        told = None if code in {NO_CODE, *UNLABELLED_CODES} else int(code)
        label = None if told is None else classes.label_of(told)
        labels[codes == code] = UNKNOWN if label is None else label
    return labels
