"""The series that a model learned from, as its package tells of them."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from protocols.observation_rule import ObservationRule
from trainer.crops.model.model_folder import CropModelAbout
from trainer.crops.prediction.prediction_order import series_digest
from trainer.crops.series.series_folder import (
    NO_CODE,
    SeriesManifest,
    open_series_folder,
    read_codes,
    read_manifest,
)
from trainer.crops.series.series_set import SeriesSet
from trainer.errors import LibraryError

ALGORITHM = "sha256:"
LONGEST_NAME = 80


@dataclass(frozen=True)
class KnownSeries:
    """Where a model learned.

    Attributes:
        name: Of the folder.
        digest: Of its manifest and places.
        places: How many there are.
        observations: Which of them it learned from.
        codes: Of each class in the legend of its labels; nothing where it has none, or
            is made of several.
    """

    name: str
    digest: str
    places: int
    observations: ObservationRule
    codes: tuple[int | None, ...]


def known_series(folder: Path, about: CropModelAbout) -> tuple[KnownSeries, SeriesSet]:
    """Open the series that a model learned from; refuse others."""
    series, digest = open_series_folder(folder), series_digest(folder)
    if digest != about.series:
        raise LibraryError(
            f"expected the series that the model learned from "
            f"({about.series[:19]}), found {digest[:19]} in {folder}; name the folder "
            "that it was trained on"
        )
    known = KnownSeries(
        name=folder.resolve().name[:LONGEST_NAME],
        digest=digest.removeprefix(ALGORITHM),
        places=len(series),
        observations=_observation_rule(read_manifest(folder)),
        codes=_codes(series, read_codes(folder)),
    )
    return known, series


def _observation_rule(manifest: SeriesManifest) -> ObservationRule:
    """Return what preparation was asked to leave out; the usual where it was not."""
    filters = msgspec.json.decode(manifest.order.get("filters", "{}"))
    season = msgspec.json.decode(manifest.order.get("season", "{}"))
    return msgspec.convert({**season, **filters}, ObservationRule)


def _codes(
    series: SeriesSet, codes: np.ndarray[tuple[int], np.dtype[np.int16]]
) -> tuple[int | None, ...]:
    found: list[int | None] = []
    for label in range(len(series.legend)):
        of_class = np.unique(codes[series.places.labels == label])
        is_one = len(of_class) == 1 and of_class[0] != NO_CODE
        found.append(int(of_class[0]) if is_one else None)
    return tuple(found)
