"""Series of many places on disk: arrays that are mapped, a table of places, a manifest.

| file | holds |
|---|---|
| `manifest.json` | format, grid, legend, counts, where the series come from |
| `values.npy` | float16 [place, step, channel], in the channels' units |
| `days.npy` | int16 [place, step]: when it was seen, from 1 January of the harvest |
| `mask.npy` | bool [place, step, channel]: whether it was seen |
| `scenes.npy` | uint8 [place, step]: the scene class of what was seen, 0 unknown |
| `places.parquet` | one row a place: id, box, year, field, coordinates, label, code |
| `rows.npy` | in a folder that is a part of another one: which of its rows are meant |

Any tool reads all of them. A folder is written under another name and gets its own at
the end: it is whole or not there.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from protocols.season_grid import SeasonGrid
from trainer.crops.series.growing_array import GrowingArray
from trainer.crops.series.series_set import PlaceTable, SeriesSet
from trainer.durable_files import write_durably
from trainer.errors import LibraryError, WorkspaceError

MANIFEST_FILE = "manifest.json"
PLACES_FILE = "places.parquet"
SCENES_FILE = "scenes.npy"
ROWS_FILE = "rows.npy"
ROWS_A_BLOCK = 50_000
NO_CODE = -1
"""The code of a place whose label has none."""


class FilterCount(msgspec.Struct, frozen=True, kw_only=True):
    """How much one filter left out.

    Attributes:
        name: What is left out, in words.
        kind: What is counted.
        left_out: How many of them.
    """

    name: str
    kind: Literal["observations", "places"]
    left_out: int


class SeriesManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder of series holds, and how it came about.

    Attributes:
        format: Of the folder.
        grid: The season.
        legend: The names of the classes, in the order of the labels.
        places: How many there are.
        findings: What was recognised in the observations, and why.
        counts: What each filter left out, in their order.
        order: The words that asked for it.
        part_of: The folder with the arrays, seen from this one; this one if empty.
    """

    format: Literal["1"] = "1"
    grid: SeasonGrid
    legend: tuple[str, ...]
    places: Annotated[int, msgspec.Meta(ge=0)]
    findings: tuple[str, ...] = ()
    counts: tuple[FilterCount, ...] = ()
    order: dict[str, str] = {}
    part_of: str = ""


@dataclass(frozen=True)
class SeriesArrays:
    """The arrays of a folder while it is written."""

    values: GrowingArray
    days: GrowingArray
    mask: GrowingArray
    scenes: GrowingArray

    @classmethod
    def of(cls, folder: Path, grid: SeasonGrid) -> "SeriesArrays":
        """Name the files and shapes of a grid's arrays; nothing is written."""
        steps, channels = grid.steps, len(grid.channels)
        return cls(
            values=GrowingArray(folder / "values.npy", "<f2", (steps, channels)),
            days=GrowingArray(folder / "days.npy", "<i2", (steps,)),
            mask=GrowingArray(folder / "mask.npy", "?", (steps, channels)),
            scenes=GrowingArray(folder / SCENES_FILE, "u1", (steps,)),
        )

    def finish(self, places: int) -> None:
        """Make plain files of all of them."""
        for one in (self.values, self.days, self.mask, self.scenes):
            one.finish(places)


@dataclass(frozen=True, eq=False)
class LabelEvidence:
    """What a folder keeps of places beside their series, so that labels can change.

    Attributes:
        codes: Of the labels [place]; `NO_CODE` where there is none.
        scenes: The scene class [place, step]; 0 where nothing was seen.
    """

    codes: NDArray[np.int16]
    scenes: NDArray[np.uint8]


def write_series_folder(
    folder: Path,
    series: SeriesSet,
    findings: tuple[str, ...] = (),
    kept: LabelEvidence | None = None,
) -> None:
    """Write series that are there already, some rows at a time."""
    if folder.exists():
        raise WorkspaceError(
            f"expected a new folder, found {folder} there already; choose another one"
        )
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    arrays, count = SeriesArrays.of(unfinished, series.grid), len(series)
    for start in range(0, count, ROWS_A_BLOCK):
        rows = slice(start, min(start + ROWS_A_BLOCK, count))
        _write_block(arrays, series, rows, kept)
    arrays.finish(count)
    codes = kept.codes if kept else None
    pq.write_table(place_columns(series.places, codes), unfinished / PLACES_FILE)
    manifest = SeriesManifest(
        grid=series.grid, legend=series.legend, places=count, findings=findings
    )
    write_manifest(unfinished, manifest)
    unfinished.rename(folder)


def _write_block(
    arrays: SeriesArrays, series: SeriesSet, rows: slice, kept: LabelEvidence | None
) -> None:
    start, count = rows.start, rows.stop - rows.start
    batch = series.batch(rows)
    arrays.values.rows(start, count)[:] = batch.values.astype(np.float16)
    arrays.days.rows(start, count)[:] = np.round(batch.days).astype(np.int16)
    arrays.mask.rows(start, count)[:] = batch.mask
    arrays.scenes.rows(start, count)[:] = kept.scenes[rows] if kept else 0


def write_manifest(folder: Path, manifest: SeriesManifest) -> None:
    """Write the manifest, whole or not at all."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    write_durably(folder / MANIFEST_FILE, data + b"\n")


def read_manifest(folder: Path) -> SeriesManifest:
    """Read what a folder of series says of itself."""
    try:
        data = (folder / MANIFEST_FILE).read_bytes()
        return msgspec.json.decode(data, type=SeriesManifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise LibraryError(
            f"expected a folder of series at {folder}, found none ({error}); make one "
            "with `terroir crops prepare`"
        ) from error


def open_series_folder(folder: Path) -> SeriesSet:
    """Open a folder of series; its arrays are mapped, and none of them is read."""
    manifest = read_manifest(folder)
    names = ("values", "days", "mask")
    lies = folder / manifest.part_of
    arrays = {name: _mapped(lies / f"{name}.npy") for name in names}
    return SeriesSet(
        grid=manifest.grid,
        legend=manifest.legend,
        places=read_places(folder),
        rows=_mapped(folder / ROWS_FILE) if manifest.part_of else None,
        **arrays,
    )


def write_part_folder(whole: Path, rows: NDArray[np.intp], folder: Path) -> None:
    """Make a folder of some of the rows of another one; no series is copied."""
    manifest = read_manifest(whole)
    if manifest.part_of:
        raise LibraryError(
            f"expected a folder with its own series, found that {whole} is a part of "
            "another; split that one"
        )
    folder.mkdir(parents=True)
    np.save(folder / ROWS_FILE, rows)
    pq.write_table(_table(whole).take(rows), folder / PLACES_FILE)
    lies = os.path.relpath(whole, folder)
    part = msgspec.structs.replace(manifest, places=len(rows), part_of=lies)
    write_manifest(folder, part)


def open_scenes(folder: Path) -> NDArray[np.uint8]:
    """Return the scene classes [place, step] of a folder; 0 where nothing was seen."""
    part_of = read_manifest(folder).part_of
    found: NDArray[np.uint8] = _mapped(folder / part_of / SCENES_FILE)
    return found[_mapped(folder / ROWS_FILE)] if part_of else found


def place_columns(
    places: PlaceTable, codes: NDArray[np.int16] | None = None
) -> pa.Table:
    """Return places as their table on disk; codes where labels have some."""
    told = np.full(len(places), NO_CODE, dtype=np.int16) if codes is None else codes
    return pa.table(
        {
            "place": pa.array(places.names.tolist(), pa.string()),
            "box": pa.array(places.boxes.tolist(), pa.string()),
            "year": pa.array(places.years, pa.int16()),
            "field": pa.array(places.fields.tolist(), pa.string()),
            "longitude": pa.array(places.longitudes, pa.float64()),
            "latitude": pa.array(places.latitudes, pa.float64()),
            "label": pa.array(places.labels, pa.int16()),
            "code": pa.array(told, pa.int16()),
        }
    )


def read_places(folder: Path) -> PlaceTable:
    """Read the table of places."""
    table = _table(folder)
    return PlaceTable(
        names=_texts(table["place"]),
        boxes=_texts(table["box"]),
        years=table["year"].to_numpy().astype(np.int16),
        fields=_texts(table["field"]),
        longitudes=table["longitude"].to_numpy(),
        latitudes=table["latitude"].to_numpy(),
        labels=table["label"].to_numpy().astype(np.int16),
    )


def read_codes(folder: Path) -> NDArray[np.int16]:
    """Read the code of each place's label; `NO_CODE` where it has none."""
    found: NDArray[np.int16] = _table(folder)["code"].to_numpy().astype(np.int16)
    return found


def _table(folder: Path) -> pa.Table:
    try:
        return pq.read_table(folder / PLACES_FILE)
    except (OSError, pa.ArrowException) as error:
        raise LibraryError(
            f"expected a table of places in {folder}: {error}; prepare it again"
        ) from error


def _texts(column: pa.ChunkedArray) -> NDArray[np.str_]:
    return np.array(column.to_pylist(), dtype=np.str_)


def _mapped(path: Path) -> NDArray[Any]:
    try:
        mapped: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise LibraryError(
            f"expected series at {path}, found none ({error}); prepare them again"
        ) from error
    return mapped
