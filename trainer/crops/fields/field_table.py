"""Answers for fields: one row a field and date of prediction.

| column | holds |
|---|---|
| `field`, `year` | of the harvest |
| `longitude`, `latitude` | the middle of its pixels, WGS84 |
| `day`, `date` | of the prediction |
| `crop`, `probability`, `low`, `high` | the likeliest class, with the 90 % interval |
| `crops` | the set that holds the true class for nine of ten fields |
| `pixels` | how many it has; `flagged_share` of them the model cannot know |
| `flagged` | most pixels are foreign to the model, or nothing was seen |
| `mixed` | a part of it that lies apart tells another crop |
| `shares` | of the pixels that are sure, by class, where at least 5 % |
| `grown` | the one crop known to have grown there; null if mixed or unsaid |
| `model` | the digest of the model |
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trainer.crops.certainty.conformal_set import classes_in_sets
from trainer.crops.fields.field_calibration import FieldCalibration, dissent
from trainer.crops.fields.field_evidence import FieldEvidence, evidence_of, grown_on
from trainer.crops.fields.field_pixels import FieldPixels

LEAST_SHARE = 0.05
SHARE = pa.struct([("crop", pa.string()), ("share", pa.float32())])
SCHEMA = pa.schema(
    [
        ("field", pa.string()),
        ("year", pa.int16()),
        ("longitude", pa.float64()),
        ("latitude", pa.float64()),
        ("day", pa.int16()),
        ("date", pa.date32()),
        ("crop", pa.string()),
        ("probability", pa.float32()),
        ("low", pa.float32()),
        ("high", pa.float32()),
        ("crops", pa.list_(pa.string())),
        ("pixels", pa.int32()),
        ("flagged_share", pa.float32()),
        ("flagged", pa.bool_()),
        ("mixed", pa.bool_()),
        ("shares", pa.list_(SHARE)),
        ("grown", pa.string()),
        ("model", pa.string()),
    ]
)


@dataclass(frozen=True, eq=False)
class FieldAnswers:
    """Answers of one date, one row a field.

    Attributes:
        value, low, high: Of each class [field, class].
        is_held: Which classes each set holds [field, class].
        is_mixed: Which fields have two crops.
        evidence: What their pixels say.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    is_held: NDArray[np.bool_]
    is_mixed: NDArray[np.bool_]
    evidence: FieldEvidence


def answer_fields(pixels: FieldPixels, calibration: FieldCalibration) -> FieldAnswers:
    """Answer every field on one date."""
    evidence = evidence_of(pixels)
    value = calibration.probabilities(evidence)
    low, high = calibration.bounds(value)
    return FieldAnswers(
        value=value,
        low=low,
        high=high,
        is_held=classes_in_sets(value, calibration.threshold),
        is_mixed=dissent(evidence, value.argmax(axis=1)) > calibration.mixed_edge,
        evidence=evidence,
    )


def field_table(
    pixels: FieldPixels,
    answers: FieldAnswers,
    day: int,
    legend: tuple[str, ...],
    model: str,
) -> pa.Table:
    """Return the rows of one date."""
    rows, told = np.arange(len(pixels)), answers.value.argmax(axis=1)
    names, grown = np.array(legend), grown_on(pixels, len(legend))
    january = (pixels.years.astype(np.int64) - 1970).astype("datetime64[Y]")
    columns = {
        "field": pixels.names.tolist(),
        "year": pixels.years,
        "longitude": pixels.sums(pixels.longitudes) / pixels.counts,
        "latitude": pixels.sums(pixels.latitudes) / pixels.counts,
        "day": np.full(len(pixels), day, np.int16),
        "date": january.astype("datetime64[D]") + np.timedelta64(day, "D"),
        "crop": names[told].tolist(),
        "probability": answers.value[rows, told],
        "low": answers.low[rows, told],
        "high": answers.high[rows, told],
        "crops": [names[held].tolist() for held in answers.is_held],
        "pixels": pixels.counts,
        "flagged_share": answers.evidence.flagged_share,
        "flagged": answers.evidence.is_flagged,
        "mixed": answers.is_mixed,
        "shares": [_shares(row, legend) for row in answers.evidence.shares],
        "grown": [legend[one] if one >= 0 else None for one in grown],
        "model": [model] * len(pixels),
    }
    arrays = [pa.array(columns[one.name], one.type, safe=False) for one in SCHEMA]
    return pa.table(arrays, SCHEMA)


def _shares(
    row: NDArray[np.float64], legend: tuple[str, ...]
) -> list[dict[str, str | float]]:
    kept = [at for at in np.argsort(-row, kind="stable") if row[at] >= LEAST_SHARE]
    return [{"crop": legend[at], "share": float(row[at])} for at in kept]
