"""Predict all places of a set of series, some of them in memory at a time."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trainer.crops.prediction.crop_answers import CropAnswers, CropTeller
from trainer.crops.prediction.prediction_folder import (
    PredictionFolder,
    PredictionManifest,
)
from trainer.crops.prediction.prediction_table import TableOrder, prediction_table
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import SeriesSet
from trainer.errors import LibraryError

Told = Callable[[int, int], None]
"""Takes how many places are done, of how many."""


@dataclass
class PredictionPace:
    """Where the time of a prediction went.

    Attributes:
        series: Answers given: places times dates.
        reading_s: Waiting for series from disk.
        telling_s: Cutting the season and asking the model.
        writing_s: Making tables and files.
    """

    series: int = 0
    reading_s: float = 0.0
    telling_s: float = 0.0
    writing_s: float = 0.0

    @property
    def total_s(self) -> float:
        """Return how long all of it took."""
        return self.reading_s + self.telling_s + self.writing_s


def predict_series(
    series: SeriesSet, teller: CropTeller, folder: PredictionFolder, tell: Told
) -> PredictionPace:
    """Fill a folder with predictions; parts that are there are not made again."""
    expect_legend(series, teller)
    pace, cut = PredictionPace(), SeasonCut(series.grid, teller.grid)
    manifest = folder.manifest
    for part in folder.missing():
        first = part * manifest.places_a_part
        rows = np.arange(first, min(first + manifest.places_a_part, manifest.places))
        tables = _tables(series.take(rows), teller, cut, folder, pace)
        began = time.perf_counter()
        folder.keep(part, tables)
        pace.writing_s += time.perf_counter() - began
        tell(int(rows[-1]) + 1, manifest.places)
    return pace


def expect_legend(series: SeriesSet, teller: CropTeller) -> None:
    """Refuse labels that mean other classes than the model's."""
    labelled = np.unique(series.places.labels[series.places.labels >= 0])
    strange = {series.legend[one] for one in labelled} - set(teller.legend)
    if strange:
        raise LibraryError(
            f"expected labels of the model's classes ({', '.join(teller.legend)}), "
            f"found {', '.join(sorted(strange))}; prepare the series with the "
            "model's legend"
        )


def _tables(
    series: SeriesSet,
    teller: CropTeller,
    cut: SeasonCut,
    folder: PredictionFolder,
    pace: PredictionPace,
) -> list[pa.Table]:
    began = time.perf_counter()
    batch = series.batch(slice(None))
    read = time.perf_counter()
    manifest = folder.manifest
    told = {
        day: teller.tell(cut.until(batch, day))
        for day in sorted({*manifest.days, *manifest.rule_days})
    }
    asked = time.perf_counter()
    tables = [
        prediction_table(
            series.places,
            told[day],
            _order(folder, series, at),
            _settled(told, folder.manifest, day),
        )
        for at, day in enumerate(manifest.days)
    ]
    pace.series += len(series) * len(told)
    pace.reading_s += read - began
    pace.telling_s += asked - read
    pace.writing_s += time.perf_counter() - asked
    return tables


def _order(folder: PredictionFolder, series: SeriesSet, at: int) -> TableOrder:
    manifest = folder.manifest
    return TableOrder(
        day=manifest.days[at],
        legend=manifest.legend,
        threshold=manifest.thresholds[at],
        model=manifest.model,
        series_legend=series.legend,
    )


def _settled(
    told: dict[int, CropAnswers], manifest: PredictionManifest, day: int
) -> NDArray[np.bool_] | None:
    """Return which places are told for good on a day; nothing without a rule."""
    looked = [one for one in manifest.rule_days if one <= day]
    if manifest.rule is None or not looked:
        return None
    values = np.stack([told[one].value for one in looked])
    settled: NDArray[np.bool_] = manifest.rule.settled_at(values) < len(looked)
    return settled
