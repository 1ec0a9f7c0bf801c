"""Rows of predictions: one a place and date of prediction.

| column | holds |
|---|---|
| `place`, `box`, `field`, `year` | of the series; field empty where nobody said |
| `longitude`, `latitude` | WGS84, degrees |
| `day`, `date` | of the prediction: days from 1 January of the harvest, and a date |
| `crop` | the likeliest class |
| `probability`, `low`, `high` | that it grows there, with the 90 % interval of it |
| `crops` | the set that holds the true class for nine of ten places |
| `novelty`, `flagged` | above 1.0, or with nothing seen, the model cannot know |
| `settled` | whether the season's rule tells it for good; null without a rule |
| `steps_seen` | buckets in which anything was seen until that day |
| `grown` | what is known to have grown there; null where nobody said |
| `probabilities` | of all classes, in the legend's order |
| `model` | the digest of the model |
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trainer.crops.prediction.crop_answers import CropAnswers
from trainer.crops.series.series_set import UNKNOWN, PlaceTable

WORD = pa.dictionary(pa.int16(), pa.string())
"""Of few values, stored once."""

SCHEMA = pa.schema(
    [
        ("place", pa.string()),
        ("box", pa.string()),
        ("field", pa.string()),
        ("year", pa.int16()),
        ("longitude", pa.float64()),
        ("latitude", pa.float64()),
        ("day", pa.int16()),
        ("date", pa.date32()),
        ("crop", WORD),
        ("probability", pa.float32()),
        ("low", pa.float32()),
        ("high", pa.float32()),
        ("crops", pa.list_(pa.string())),
        ("novelty", pa.float32()),
        ("flagged", pa.bool_()),
        ("settled", pa.bool_()),
        ("steps_seen", pa.int16()),
        ("grown", WORD),
        ("probabilities", pa.list_(pa.float32())),
        ("model", WORD),
    ]
)


@dataclass(frozen=True)
class TableOrder:
    """What all rows of one date share.

    Attributes:
        day: Of the prediction.
        legend: The classes, in the order of the probabilities.
        threshold: Of the sets.
        model: The model's digest.
        series_legend: The classes, in the order of the places' labels.
    """

    day: int
    legend: tuple[str, ...]
    threshold: float
    model: str
    series_legend: tuple[str, ...]


def prediction_table(
    places: PlaceTable,
    answers: CropAnswers,
    order: TableOrder,
    settled: NDArray[np.bool_] | None,
) -> pa.Table:
    """Return the rows of some places on one date."""
    rows, likeliest = np.arange(len(places)), answers.likeliest
    columns = _columns_of_places(places) | {
        "day": np.full(len(places), order.day, np.int16),
        "date": _dates(places.years, order.day),
        "crop": _words(likeliest, order.legend),
        "probability": answers.value[rows, likeliest],
        "low": answers.low[rows, likeliest],
        "high": answers.high[rows, likeliest],
        "crops": _sets(answers.sets(order.threshold), order.legend),
        "novelty": answers.novelty,
        "flagged": answers.is_flagged,
        "settled": pa.nulls(len(places), pa.bool_()) if settled is None else settled,
        "steps_seen": answers.steps_seen.astype(np.int16),
        "grown": _words(places.labels, order.series_legend),
        "probabilities": _lists(answers.value),
        "model": _words(np.zeros(len(places), np.int16), (order.model,)),
    }
    arrays = [pa.array(columns[one.name], one.type) for one in SCHEMA]
    return pa.table(arrays, SCHEMA)


def _columns_of_places(places: PlaceTable) -> dict[str, object]:
    return {
        "place": places.names.tolist(),
        "box": places.boxes.tolist(),
        "field": places.fields.tolist(),
        "year": places.years,
        "longitude": places.longitudes,
        "latitude": places.latitudes,
    }


def _dates(years: NDArray[np.int16], day: int) -> NDArray[np.datetime64]:
    january = (years.astype(np.int64) - 1970).astype("datetime64[Y]")
    first: NDArray[np.datetime64] = january.astype("datetime64[D]")
    return first + np.timedelta64(day, "D")


def _words(indices: NDArray[np.integer], words: tuple[str, ...]) -> pa.Array:
    told = pa.array(indices.astype(np.int16), mask=indices == UNKNOWN)
    return pa.DictionaryArray.from_arrays(told, pa.array(words, pa.string()))


def _sets(held: NDArray[np.bool_], legend: tuple[str, ...]) -> pa.Array:
    ends = np.concatenate([[0], held.sum(axis=1).cumsum()]).astype(np.int32)
    names = pa.array(legend, pa.string()).take(pa.array(np.nonzero(held)[1]))
    return pa.ListArray.from_arrays(pa.array(ends), names)


def _lists(values: NDArray[np.float32]) -> pa.Array:
    ends = np.arange(0, values.size + 1, values.shape[1], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), pa.array(values.ravel()))
