"""Predicted lines as text: JSON for a program, aligned rows for a person."""

import msgspec

from edge_agent.predictor.loaded_model import LoadedModel
from edge_agent.predictor.predicted_lines import RefusedLine
from edge_agent.property_line import PropertyLine
from edge_agent.reading_table import heading_of, row_of

WIDTHS = {
    "sample": 12,
    "target": 26,
    "value": 9,
    "low": 9,
    "high": 9,
    "unit": 10,
    "novelty": 8,
    "flagged": 7,
}


def as_json(line: PropertyLine | RefusedLine) -> str:
    """Return a line for a program."""
    return msgspec.json.encode(line).decode() + "\n"


def as_row(line: PropertyLine | RefusedLine) -> str:
    """Return a line for a person."""
    if isinstance(line, RefusedLine):
        text = f"{line.sample} refused: {line.refusal} ({line.file})"
        return " ".join(text.splitlines()) + "\n"
    return row_of(WIDTHS, msgspec.to_builtins(line))


def title_of(model: LoadedModel) -> str:
    """Return what stands above the rows."""
    title = f"model {model.digest[:12]} on {model.runtime_name}\n"
    return title + heading_of(WIDTHS)
