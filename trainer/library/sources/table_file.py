"""A table on disk, CSV or Parquet, read as a stream so that it may exceed memory."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from trainer.errors import LibraryError

BLOCK_BYTES = 16 * 1024 * 1024
MISSING_WORDS = ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "-"]
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Wanted:
    """The columns to read: some as text, some as numbers."""

    texts: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """All columns, each once."""
        return list(dict.fromkeys((*self.texts, *self.numbers)))


class TableFile(Protocol):
    """A table of either kind."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns."""
        ...

    @property
    def remark(self) -> str:
        """How the file is written, as an import says it."""
        ...

    def batches(self, wanted: Wanted, rows: int) -> Iterator[pa.Table]:
        """Read the wanted columns, `rows` rows at a time."""
        ...


def open_table(path: Path) -> TableFile:
    """Return the table at `path`, by its ending."""
    if not path.is_file():
        raise LibraryError(f"expected a table, found no file at {path}")
    if path.suffix == ".parquet":
        return ParquetFile(path)
    return DelimitedFile(path)


def digest_of(path: Path) -> str:
    """Return the sha256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class ParquetFile:
    """A Parquet table."""

    def __init__(self, path: Path) -> None:
        """Read its schema only."""
        self._path = path
        with _refusing(path):
            self.header = tuple(pq.read_schema(path).names)
        self.remark = "Parquet"

    def batches(self, wanted: Wanted, rows: int) -> Iterator[pa.Table]:
        """Read the wanted columns, `rows` rows at a time."""
        kinds = {
            **dict.fromkeys(wanted.numbers, pa.float64()),
            **dict.fromkeys(wanted.texts, pa.string()),
        }
        schema = pa.schema([(name, kinds[name]) for name in wanted.names])
        with _refusing(self._path), pq.ParquetFile(self._path) as file:
            found = file.iter_batches(batch_size=rows, columns=wanted.names)
            tables = (
                pa.Table.from_batches([one]).select(wanted.names).cast(schema)
                for one in found
            )
            yield from _rebatched(tables, rows)


class DelimitedFile:
    """A CSV table, plain or gzipped, with commas, semicolons or tabs."""

    def __init__(self, path: Path) -> None:
        """Read its first two lines only."""
        self._path = path
        first, second = _first_lines(path)
        self._delimiter = max(DELIMITERS, key=first.count)
        self._decimal = _decimal_point(second, self._delimiter)
        found = next(csv.reader(io.StringIO(first), delimiter=self._delimiter), [])
        self.header = tuple(found)
        self.remark = f"delimiter {self._delimiter!r}, decimal {self._decimal!r}"

    def batches(self, wanted: Wanted, rows: int) -> Iterator[pa.Table]:
        """Read the wanted columns, `rows` rows at a time."""
        kinds = {
            **dict.fromkeys(wanted.numbers, pa.float64()),
            **dict.fromkeys(wanted.texts, pa.string()),
        }
        options = pa_csv.ConvertOptions(
            column_types=kinds,
            include_columns=wanted.names,
            decimal_point=self._decimal,
            null_values=MISSING_WORDS,
            strings_can_be_null=True,
        )
        with (
            _refusing(self._path),
            pa_csv.open_csv(
                self._path,
                read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES),
                parse_options=pa_csv.ParseOptions(delimiter=self._delimiter),
                convert_options=options,
            ) as reader,
        ):
            tables = (pa.Table.from_batches([one]) for one in reader)
            yield from _rebatched(tables, rows)


def texts_of(table: pa.Table, column: str) -> list[str]:
    """Return a text column, with nothing where it is missing."""
    return [text or "" for text in table[column].to_pylist()]


def numbers_of(table: pa.Table, columns: Sequence[str]) -> NDArray[np.float64]:
    """Return number columns as one matrix [row, column], NaN where missing."""
    matrix = np.empty((table.num_rows, len(columns)))
    for at, column in enumerate(columns):
        matrix[:, at] = table[column].to_numpy()
    return matrix


def _rebatched(tables: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Cut a stream of tables at every `rows` rows."""
    held: list[pa.Table] = []
    count = 0
    for table in tables:
        held.append(table)
        count += table.num_rows
        while count >= rows:
            whole = pa.concat_tables(held)
            yield whole.slice(0, rows)
            held, count = [whole.slice(rows)], count - rows
    if count:
        yield pa.concat_tables(held)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise LibraryError(
            f"expected a table of texts and numbers at {path}: {error}"
        ) from error


def _first_lines(path: Path) -> tuple[str, str]:
    try:
        with (
            pa.input_stream(path) as stream,
            io.TextIOWrapper(stream, encoding="utf-8-sig") as file,
        ):
            return file.readline().rstrip("\n"), file.readline()
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"expected a table in UTF-8 at {path}: {error}") from error


def _decimal_point(line: str, delimiter: str) -> str:
    comma = delimiter != "," and re.search(r"\d,\d", line)
    return "," if comma and not re.search(r"\d\.\d", line) else "."
