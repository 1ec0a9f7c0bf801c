"""Readings as aligned rows for a person; they can be printed one by one."""

from collections.abc import Mapping

Widths = Mapping[str, int]


def heading_of(widths: Widths) -> str:
    """Return the names of the columns."""
    return row_of(widths, {name: name for name in widths})


def row_of(widths: Widths, line: Mapping[str, object]) -> str:
    """Return one row; what is too long moves the rest instead of being cut."""
    cells = (in_words(line[name]).ljust(width) for name, width in widths.items())
    return " ".join(cells).rstrip() + "\n"


def in_words(value: object) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)
