"""All fields of a region, and its areas, on the dates of a prediction."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from trainer.crops.certainty.conformal_set import classes_in_sets
from trainer.crops.fields.crop_areas import CropArea, JudgedPixels, crop_areas
from trainer.crops.fields.field_calibration import (
    FieldCalibration,
    fit_fields,
    held_back_fields,
)
from trainer.crops.fields.field_evidence import grown_on
from trainer.crops.fields.field_pixels import (
    NOBODY_SAID,
    FieldPixels,
    read_field_pixels,
)
from trainer.crops.fields.field_table import answer_fields, field_table
from trainer.crops.in_season.confusion import accuracy, confusion, macro_f1
from trainer.crops.prediction.prediction_folder import PredictionFolder
from trainer.crops.series.place_lattice import find_lattice
from trainer.durable_files import write_all_durably
from trainer.errors import LibraryError

COORDINATES = ("longitude", "latitude")
FIELDS, RECORD = "fields.parquet", "fields.json"

Told = Callable[[int, int], None]


class FieldScores(msgspec.Struct, frozen=True, kw_only=True):
    """How fields with one known crop were told; none of them was held back.

    Attributes:
        n: How many there are.
        accuracy, macro_f1: Of the class told.
        set_coverage: The share of sets that held the crop.
        set_size: How many classes a set held on average.
    """

    n: int
    accuracy: float
    macro_f1: float
    set_coverage: float
    set_size: float


class RegionDate(msgspec.Struct, frozen=True, kw_only=True):
    """A region on one date.

    Attributes:
        day: The date of prediction.
        calibration: How its fields were told.
        fields, mixed, flagged: How many fields, with two crops, and foreign.
        scores: Of fields whose crop is known; none where no such field is.
        areas: Of each crop; none where places are scattered or have no coordinates,
            and none of several years at once.
    """

    day: int
    calibration: FieldCalibration
    fields: int
    mixed: int
    flagged: int
    scores: FieldScores | None
    areas: tuple[CropArea, ...] | None


class RegionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is written beside the fields.

    Attributes:
        format: Of this record.
        model: The model's digest.
        legend: The classes.
        series, held_back: The digests of the series told and of those held back.
        without_field: How many places belong to no field.
        dates: The region, date by date.
    """

    format: Literal["1"] = "1"
    model: str
    legend: tuple[str, ...]
    series: str
    held_back: str
    without_field: int
    dates: tuple[RegionDate, ...]


def answer_region(
    asked: PredictionFolder,
    held_back: PredictionFolder,
    out: Path,
    tell: Told,
) -> RegionRecord:
    """Answer all fields on all dates, and write them."""
    expect_same_model(asked, held_back)
    manifest = asked.manifest
    tables, dates, without = [], [], 0
    for at, day in enumerate(manifest.days):
        table, told, without = _on_day(asked, held_back, day)
        tables.append(table)
        dates.append(told)
        tell(at + 1, len(manifest.days))
    record = RegionRecord(
        model=manifest.model,
        legend=manifest.legend,
        series=manifest.series,
        held_back=held_back.manifest.series,
        without_field=without,
        dates=tuple(dates),
    )
    out.mkdir(parents=True, exist_ok=True)
    data = msgspec.json.format(msgspec.json.encode(record), indent=1)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.concat_tables(tables), sink, compression="zstd")
    write_all_durably(out, {FIELDS: sink.getvalue().to_pybytes(), RECORD: data + b"\n"})
    return record


def expect_same_model(asked: PredictionFolder, held_back: PredictionFolder) -> None:
    """Refuse fields held back that another model told, or on other dates."""
    if asked.manifest.model != held_back.manifest.model:
        raise LibraryError(
            f"expected places held back that model {asked.manifest.model[:19]} told, "
            f"found those of {held_back.manifest.model[:19]}; predict them with the "
            "same model"
        )
    missing = set(asked.manifest.days) - set(held_back.manifest.days)
    if missing:
        raise LibraryError(
            f"expected places held back that were told on day "
            f"{', '.join(map(str, sorted(missing)))} too, found none; predict them on "
            "the same dates"
        )


def _on_day(
    asked: PredictionFolder, held_back: PredictionFolder, day: int
) -> tuple[pa.Table, RegionDate, int]:
    manifest = asked.manifest
    judged = read_field_pixels(held_back, day)
    calibration = fit_fields(held_back_fields(judged), day)
    pixels = read_field_pixels(asked, day)
    answers = answer_fields(pixels, calibration)
    table = field_table(pixels, answers, day, manifest.legend, manifest.model)
    told = RegionDate(
        day=day,
        calibration=calibration,
        fields=len(pixels),
        mixed=int(answers.is_mixed.sum()),
        flagged=int(answers.evidence.is_flagged.sum()),
        scores=_scores(pixels, answers.value, calibration),
        areas=_areas(asked, judged, day),
    )
    return table, told, pixels.without_field


def _scores(
    pixels: FieldPixels, value: NDArray[np.float64], calibration: FieldCalibration
) -> FieldScores | None:
    grown = grown_on(pixels, value.shape[1])
    known = grown != NOBODY_SAID
    if not known.any():
        return None
    counts = confusion(grown[known], value[known].argmax(axis=1), value.shape[1])
    held = classes_in_sets(value[known], calibration.threshold)
    return FieldScores(
        n=int(known.sum()),
        accuracy=float(accuracy(counts)),
        macro_f1=float(macro_f1(counts)),
        set_coverage=float(held[np.arange(len(held)), grown[known]].mean()),
        set_size=float(held.sum(axis=1).mean()),
    )


def _areas(
    asked: PredictionFolder, judged: FieldPixels, day: int
) -> tuple[CropArea, ...] | None:
    legend = asked.manifest.legend
    table = asked.on_day(day, ["crop", "longitude", "latitude", "year"])
    longitudes, latitudes = (table[name].to_numpy() for name in COORDINATES)
    # The land of several years is the same land: its area would count twice.
    is_known = np.isfinite(longitudes + latitudes).all()
    if not is_known or len(table["year"].unique()) > 1:
        return None
    lattice = find_lattice(longitudes, latitudes)
    if lattice is None:
        return None
    hectares = lattice.pixel_hectares(float(np.median(latitudes)))
    words = table["crop"].combine_chunks().dictionary_decode().to_pylist()
    count = np.bincount([legend.index(one) for one in words], minlength=len(legend))
    known = judged.grown != NOBODY_SAID
    confused = JudgedPixels(
        told=judged.value[known].argmax(axis=1),
        grown=judged.grown[known],
        fields=judged.member[known],
    )
    return crop_areas(count * hectares, confused, legend)
