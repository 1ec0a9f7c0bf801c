"""What a map is made of: predictions of one year, and fields if there are some."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from trainer.crops.fields.answer_region import FIELDS, RECORD, RegionRecord
from trainer.crops.prediction.prediction_folder import PredictionFolder
from trainer.errors import LibraryError

COLUMNS = (
    *("longitude", "latitude", "year", "field", "crop", "probability", "novelty"),
    "flagged",
)


@dataclass(frozen=True, eq=False)
class RegionFields:
    """Answers for fields, and what was found of the region."""

    table: pa.Table
    record: RegionRecord


@dataclass(frozen=True, eq=False)
class DayPlaces:
    """All places of a year on one date.

    Attributes:
        longitudes, latitudes: WGS84.
        fields: The field of each; empty where nobody said.
        crops: The class told, an index into the legend.
        probability, novelty: Of each answer.
        is_flagged: Of which places the model cannot know.
    """

    longitudes: NDArray[np.float64]
    latitudes: NDArray[np.float64]
    fields: NDArray[np.str_]
    crops: NDArray[np.intp]
    probability: NDArray[np.float32]
    novelty: NDArray[np.float32]
    is_flagged: NDArray[np.bool_]


def read_day(folder: PredictionFolder, day: int, year: int) -> DayPlaces:
    """Read all places of a year on one date."""
    table = folder.on_day(day, list(COLUMNS))
    table = table.filter(pc.equal(table["year"], year)).combine_chunks()
    legend = pa.array(folder.manifest.legend)
    names = table["crop"].cast(pa.string())
    crops = pc.index_in(names, value_set=legend).to_numpy().astype(np.intp)
    return DayPlaces(
        longitudes=table["longitude"].to_numpy(),
        latitudes=table["latitude"].to_numpy(),
        fields=np.array(table["field"].to_pylist(), np.str_),
        crops=crops,
        probability=table["probability"].to_numpy(),
        novelty=table["novelty"].to_numpy(),
        is_flagged=table["flagged"].to_numpy(),
    )


def year_of(folder: PredictionFolder, asked: int | None) -> int:
    """Return the year to draw: the one asked for, or the only one there is."""
    table = folder.on_day(folder.manifest.days[-1], ["year"])
    found = sorted(table["year"].unique().to_pylist())
    if asked is None and len(found) == 1:
        return int(found[0])
    if asked in found:
        return int(asked or 0)
    told = ", ".join(map(str, found))
    wanted = "one year to draw" if asked is None else f"places of {asked}"
    raise LibraryError(f"expected {wanted}, found {told}; say one with --year")


def read_region_fields(path: Path, predictions: PredictionFolder) -> RegionFields:
    """Read what `terroir crops fields` made of these predictions."""
    try:
        record = msgspec.json.decode((path / RECORD).read_bytes(), type=RegionRecord)
        table = pq.read_table(path / FIELDS)
    except (OSError, msgspec.MsgspecError, pa.ArrowException) as error:
        raise LibraryError(
            f"expected answers for fields in {path}, found none ({error}); make them "
            "with `terroir crops fields`"
        ) from error
    manifest = predictions.manifest
    told = tuple(one.day for one in record.dates)
    if (record.model, record.series) != (manifest.model, manifest.series):
        raise LibraryError(
            f"expected fields of the predictions in {predictions.path}, found those "
            f"of another model or other series in {path}; answer the fields again"
        )
    if told != manifest.days:
        raise LibraryError(
            f"expected fields on days {manifest.days}, found {told} in {path}; answer "
            "the fields again"
        )
    return RegionFields(table, record)
