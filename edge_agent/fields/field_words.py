"""Lines of fields as text: JSON for a program, aligned rows for a person."""

import msgspec

from edge_agent.fields.field_line import FieldLine, RefusedField, RefusedRow
from edge_agent.reading_table import heading_of, row_of

Line = FieldLine | RefusedField | RefusedRow

WIDTHS = {
    "field": 16,
    "date": 10,
    "crop": 20,
    "probability": 11,
    "low": 7,
    "high": 7,
    "novelty": 8,
    "flagged": 7,
    "places": 6,
    "days_seen": 9,
    "crops": 20,
}


def as_json(line: Line) -> str:
    """Return a line for a program."""
    return msgspec.json.encode(line).decode() + "\n"


def as_row(line: Line) -> str:
    """Return a line for a person."""
    if isinstance(line, FieldLine):
        told = msgspec.to_builtins(line) | {"crops": ", ".join(line.crops)}
        return row_of(WIDTHS, told)
    if isinstance(line, RefusedField):
        return _one_line(f"{line.field} refused: {line.refusal}")
    place = f"{line.file}:{line.line}" if line.line else line.file
    return _one_line(f"{place} refused: {line.refusal}")


def title_of(digest: str, runtime: str) -> str:
    """Return what stands above the rows."""
    return f"model {digest[:12]} on {runtime}\n{heading_of(WIDTHS)}"


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()) + "\n"
