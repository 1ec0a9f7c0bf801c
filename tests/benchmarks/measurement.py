"""One measured figure, as every benchmark reports it."""

from typing import TypedDict


class Measurement(TypedDict):
    """A row of a benchmark table; no `goal` and `met` where nothing is promised."""

    name: str
    value: float
    unit: str
    goal: str | None
    met: bool | None


def at_most(name: str, value: float, unit: str, goal: float) -> Measurement:
    """Return a figure that should not be above `goal`."""
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "goal": f"<= {goal:g}",
        "met": value <= goal,
    }


def at_least(name: str, value: float, unit: str, goal: float) -> Measurement:
    """Return a figure that should not be below `goal`."""
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "goal": f">= {goal:g}",
        "met": value >= goal,
    }


def observed(name: str, value: float, unit: str) -> Measurement:
    """Return a figure that nothing was promised of."""
    return {"name": name, "value": value, "unit": unit, "goal": None, "met": None}
