"""A folder of predictions: `_prediction.json`, and Parquet parts that any tool reads.

Parts are written one after another, each whole or not at all, and named by their place
in the order. Stopped work goes on with the first part that is missing; the same order
leaves the same bytes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from trainer.crops.prediction.prediction_table import SCHEMA
from trainer.crops.prediction.season_record import StoppingRule
from trainer.durable_files import write_durably
from trainer.errors import LibraryError, WorkspaceError

MANIFEST_FILE = "_prediction.json"
"""Readers of a whole folder of Parquet pass over names that begin so."""


class PredictionManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of which model about which series.

    Attributes:
        format: Of the folder.
        model: The model's digest.
        legend: The classes, in the order of the probabilities.
        series: The digest of the series.
        places: How many there are.
        days: The dates of prediction.
        thresholds: Of the sets, one a date.
        rule: When an answer is told for good.
        rule_days: On which dates the rule looks.
        places_a_part: How many places a part has.
    """

    format: Literal["1"] = "1"
    model: str
    legend: tuple[str, ...]
    series: str
    places: int
    days: tuple[int, ...]
    thresholds: tuple[float, ...]
    rule: StoppingRule | None
    rule_days: tuple[int, ...]
    places_a_part: int

    @property
    def parts(self) -> int:
        """Return how many parts there are in the end."""
        return -(-self.places // self.places_a_part)


class PredictionFolder:
    """Predictions on disk, growing or finished."""

    def __init__(self, path: Path, manifest: PredictionManifest) -> None:
        self.path = path
        self.manifest = manifest

    @classmethod
    def begin(cls, path: Path, manifest: PredictionManifest) -> "PredictionFolder":
        """Make the folder, or go on with one of the same order."""
        file = path / MANIFEST_FILE
        if file.exists():
            found = open_prediction_folder(path)
            if found.manifest != manifest:
                raise WorkspaceError(
                    f"expected a new folder, found predictions of another model, of "
                    f"other series or for other dates in {path}; choose another one"
                )
            return found
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise WorkspaceError(
                f"expected a new folder, found something else at {path}; choose "
                "another one"
            )
        path.mkdir(parents=True, exist_ok=True)
        data = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        write_durably(file, data + b"\n")
        return cls(path, manifest)

    def missing(self) -> Iterator[int]:
        """Return which parts are still to be written."""
        return (
            one for one in range(self.manifest.parts) if not self._part(one).exists()
        )

    def keep(self, part: int, tables: list[pa.Table]) -> None:
        """Write one part: a group of rows a date, so that a date is read alone."""
        sink = pa.BufferOutputStream()
        with pq.ParquetWriter(sink, SCHEMA, compression="zstd") as writer:
            for table in tables:
                writer.write_table(table)
        write_durably(self._part(part), sink.getvalue().to_pybytes())

    def on_day(self, day: int, columns: list[str]) -> pa.Table:
        """Read some columns of all places on one date."""
        self.expect_whole()
        parts = [self._rows(one, columns, day) for one in range(self.manifest.parts)]
        return pa.concat_tables(parts).unify_dictionaries().combine_chunks()

    def groups(self) -> Iterator[pa.Table]:
        """Read all rows, those of one part and date at a time."""
        self.expect_whole()
        for one in range(self.manifest.parts):
            for day in self.manifest.days:
                yield self._rows(one, None, day)

    def expect_whole(self) -> None:
        """Refuse a folder whose making was stopped."""
        missing = list(self.missing())
        if missing:
            raise LibraryError(
                f"expected {self.manifest.parts} parts in {self.path}, found "
                f"{self.manifest.parts - len(missing)}; run `terroir crops predict` "
                "again to go on"
            )

    def _rows(self, part: int, columns: list[str] | None, day: int) -> pa.Table:
        path = self._part(part)
        try:
            return pq.read_table(path, columns=columns, filters=[("day", "=", day)])
        except (OSError, pa.ArrowException) as error:
            raise LibraryError(
                f"expected a part of the predictions in {path}: {error}; remove it, "
                "and run `terroir crops predict` again"
            ) from error

    def _part(self, number: int) -> Path:
        return self.path / f"part-{number:05}.parquet"


def open_prediction_folder(path: Path) -> PredictionFolder:
    """Open a folder of predictions; nothing but its manifest is read."""
    try:
        data = (path / MANIFEST_FILE).read_bytes()
        manifest = msgspec.json.decode(data, type=PredictionManifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise LibraryError(
            f"expected a folder of predictions at {path}, found none ({error}); make "
            "one with `terroir crops predict`"
        ) from error
    return PredictionFolder(path, manifest)
