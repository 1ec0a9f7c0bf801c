"""Label the same series anew: by another definition of classes, at another day.

A folder keeps the code and the scenes of every place, so that what is a class can be
tried without preparing anything again. Where the definition has a class for places on
which nothing grows, the series are cut at a day and the scenes before it tell: later,
nothing grows anywhere.
"""

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.crops.preparation.class_definition import (
    UNLABELLED_CODES,
    ClassDefinition,
)
from trainer.crops.preparation.growing_crops import nothing_grows
from trainer.crops.series.series_folder import (
    NO_CODE,
    LabelEvidence,
    open_scenes,
    open_series_folder,
    read_codes,
    read_manifest,
    write_series_folder,
)
from trainer.crops.series.series_set import UNKNOWN, SeriesSet
from trainer.errors import LibraryError


def write_relabelled(
    folder: Path, classes: ClassDefinition, until_day: int | None, into: Path
) -> SeriesSet:
    """Write series with other classes, cut after a day where one is given."""
    series, codes = open_series_folder(folder), read_codes(folder)
    if (codes == NO_CODE).all():
        raise LibraryError(
            f"expected codes of labels in {folder}, found none; prepare it with labels"
        )
    steps = _steps(series, until_day)
    scenes = open_scenes(folder)[:, :steps]
    labels = _labels(codes, classes)
    if classes.no_crop_growing is not None:
        bare = nothing_grows(scenes) & (labels != UNKNOWN)
        labels[bare] = classes.legend.index(classes.no_crop_growing)
    found = SeriesSet(
        grid=msgspec.structs.replace(series.grid, steps=steps),
        legend=classes.legend,
        places=series.places.with_labels(labels),
        values=series.values[:, :steps],
        days=series.days[:, :steps],
        mask=series.mask[:, :steps],
        rows=series.rows,
    )
    findings = (*read_manifest(folder).findings, f"labelled anew as {classes.name}")
    write_series_folder(into, found, findings, LabelEvidence(codes, scenes))
    return found


def _steps(series: SeriesSet, until_day: int | None) -> int:
    """Return how many buckets end by a day."""
    grid = series.grid
    if until_day is None:
        return grid.steps
    steps = (until_day + 1 - (grid.first_day or 0)) // grid.bucket_days
    if not 0 < steps <= grid.steps:
        raise LibraryError(
            f"expected a day with a whole bucket before it and within the season of "
            f"{grid.steps} buckets from day {grid.first_day}, found {until_day}"
        )
    return steps


def _labels(codes: NDArray[np.int16], classes: ClassDefinition) -> NDArray[np.int16]:
    labels = np.full(len(codes), UNKNOWN, dtype=np.int16)
    for code in np.unique(codes):
        told = None if code in {NO_CODE, *UNLABELLED_CODES} else int(code)
        label = None if told is None else classes.label_of(told)
        labels[codes == code] = UNKNOWN if label is None else label
    return labels
