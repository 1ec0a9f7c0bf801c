"""The pixels of fields, as a prediction tells them on one date."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trainer.crops.prediction.prediction_folder import PredictionFolder
from trainer.errors import LibraryError

COLUMNS = (
    *("field", "year", "longitude", "latitude", "flagged", "steps_seen", "grown"),
    "probabilities",
)
NOBODY_SAID = -1


@dataclass(frozen=True, eq=False)
class FieldPixels:
    """Pixels sorted by field, and where each field begins.

    Attributes:
        names, years: Of the fields.
        first: The first pixel of each field; they lie behind one another.
        value: Probabilities [pixel, class].
        is_flagged: Of which pixels the model cannot know.
        grown: What is known to have grown on each pixel, or `NOBODY_SAID`.
        longitudes, latitudes: Of the pixels.
        without_field: How many pixels belong to no field, and are left out.
    """

    names: NDArray[np.str_]
    years: NDArray[np.int16]
    first: NDArray[np.intp]
    value: NDArray[np.float32]
    is_flagged: NDArray[np.bool_]
    grown: NDArray[np.intp]
    longitudes: NDArray[np.float64]
    latitudes: NDArray[np.float64]
    without_field: int

    def __len__(self) -> int:
        """Return how many fields there are."""
        return len(self.names)

    @property
    def counts(self) -> NDArray[np.intp]:
        """Return how many pixels each field has."""
        return np.diff(self.first, append=len(self.value))

    @property
    def member(self) -> NDArray[np.intp]:
        """Return the field of each pixel, counted from zero."""
        return np.repeat(np.arange(len(self)), self.counts)

    def sums(self, numbers: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the sum over each field's pixels."""
        added: NDArray[np.float64] = np.add.reduceat(
            numbers.astype(np.float64), self.first, axis=0
        )
        return added


def read_field_pixels(folder: PredictionFolder, day: int) -> FieldPixels:
    """Read the pixels of all fields on one date; they all are in memory."""
    if day not in folder.manifest.days:
        told = ", ".join(map(str, folder.manifest.days))
        raise LibraryError(
            f"expected predictions for day {day} in {folder.path}, found those for "
            f"{told}; predict that date too"
        )
    table = folder.on_day(day, list(COLUMNS))
    pixels = field_pixels(table, folder.manifest.legend)
    if not len(pixels):
        raise LibraryError(
            f"expected places that belong to fields in {folder.path}, found none; "
            "prepare the series with the field of each place"
        )
    return pixels


def field_pixels(table: pa.Table, legend: tuple[str, ...]) -> FieldPixels:
    """Sort the rows of one date by year and field."""
    fields = np.array(table["field"].to_pylist(), np.str_)
    years = table["year"].to_numpy()
    order = np.lexsort((fields, years))
    order = order[fields[order] != ""]
    fields, years = fields[order], years[order]
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = (fields[1:] != fields[:-1]) | (years[1:] != years[:-1])
    first = np.flatnonzero(is_new)
    value = table["probabilities"].combine_chunks().flatten().to_numpy()
    return FieldPixels(
        names=fields[first],
        years=years[first],
        first=first,
        value=value.reshape(-1, len(legend))[order],
        is_flagged=table["flagged"].to_numpy()[order],
        grown=_indices(table["grown"], legend)[order],
        longitudes=table["longitude"].to_numpy()[order],
        latitudes=table["latitude"].to_numpy()[order],
        without_field=len(table) - len(order),
    )


def _indices(column: pa.ChunkedArray, legend: tuple[str, ...]) -> NDArray[np.intp]:
    """Return words as indices into the legend."""
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    meant = {name: at for at, name in enumerate(legend)}
    words = array.dictionary.to_pylist()
    translated = np.array([*(meant.get(word, NOBODY_SAID) for word in words), -1])
    told = array.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    found: NDArray[np.intp] = translated[told].astype(np.intp)
    return found
