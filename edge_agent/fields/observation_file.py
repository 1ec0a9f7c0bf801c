"""Files of observations, row by row: CSV with a heading, or one JSON object a line.

What a row lacks or holds wrongly is refused by its line; the others are read. A file
most of which is refused for the same reason says so once it is over.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from edge_agent.errors import InputError
from edge_agent.fields.field_line import RefusedRow
from edge_agent.fields.observation_columns import (
    Observation,
    ObservationColumns,
    columns_for,
)
from protocols.season_grid import SeasonGrid

LONGEST_LINE = 65_536
MOST_TOLD = 20
"""So many lines of a file are refused one by one; the rest are counted."""

Row = tuple[int, dict[str, object]]


def read_observations(
    path: Path, season: SeasonGrid
) -> Iterator[Observation | RefusedRow]:
    """Yield what was seen, and lines that cannot be read."""
    name, refused = _printable(str(path)), 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for found in _rows(file, season, name):
                if isinstance(found, Observation):
                    yield found
                    continue
                refused += 1
                if refused <= MOST_TOLD:
                    yield found
    except InputError as error:
        yield RefusedRow(file=name, line=0, refusal=_printable(str(error)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = f"expected a table of observations that can be read: {error}"
        yield RefusedRow(file=name, line=0, refusal=_printable(reason))
    if refused > MOST_TOLD:
        reason = f"{refused - MOST_TOLD} more lines were refused"
        yield RefusedRow(file=name, line=0, refusal=reason)


def _rows(
    file: TextIO, season: SeasonGrid, name: str
) -> Iterator[Observation | RefusedRow]:
    columns: ObservationColumns | None = None
    number = 0
    for number, row in _entries(file):
        if isinstance(row, _Broken):
            yield RefusedRow(file=name, line=number, refusal=row.reason)
            continue
        columns = columns or columns_for(season, row.keys())
        try:
            yield columns.read(row)
        except InputError as error:
            yield RefusedRow(file=name, line=number, refusal=_printable(str(error)))
    if not number:
        raise InputError("expected observations, found none in this file")


class _Broken(dict[str, object]):
    """A line that is no row."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def _entries(file: TextIO) -> Iterator[Row]:
    first = file.read(1)
    file.seek(0)
    return _json_rows(file) if first == "{" else _csv_rows(file)


def _csv_rows(file: TextIO) -> Iterator[Row]:
    reader = csv.reader(_lines(file))
    heading = [name.strip() for name in next(reader, [])]
    if len(set(heading)) < len(heading):
        raise InputError(f"expected each column once, found {', '.join(heading)[:200]}")
    for cells in reader:
        if len(cells) == len(heading):
            yield reader.line_num, dict(zip(heading, cells, strict=True))
        elif cells:
            reason = f"expected {len(heading)} entries, found {len(cells)}"
            yield reader.line_num, _Broken(reason)


def _json_rows(file: TextIO) -> Iterator[Row]:
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            yield number, _json_row(line)


def _json_row(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _Broken(f"expected a JSON object on a line: {error}")
    return row if isinstance(row, dict) else _Broken("expected a JSON object")


def _lines(file: TextIO) -> Iterator[str]:
    """Yield lines, and never hold more than one that could be a table's."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise InputError(
                f"expected lines of at most {LONGEST_LINE} characters, found a longer "
                "one"
            )
        yield line


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
