"""Which entries of a table of observations are what, by their names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from edge_agent.errors import InputError
from protocols.season_grid import Channel, SeasonGrid

FIELD, PLACE, DATE = "field", "place", "date"
SCENES = ("scene_class", "scl", "SCL")
CLOUDS = ("cloud", "cloud_probability")
FRACTION = "1"
BRIGHTEST, DARKEST = 2.0, -1.0
"""Beyond these a number is no reflectance: sunlit clouds are below."""

LONGEST_NAME = 64
NOT_SEEN = ("", "nan", "null", "none", "na")


@dataclass(frozen=True)
class Observation:
    """One row: what was seen of a place on a date; NaN where nothing was."""

    field: str
    place: str
    date: date
    values: tuple[float, ...]
    cloud: float
    scene: float


@dataclass(frozen=True)
class ObservationColumns:
    """Rows that hold the channels of a season, by their names and in its order."""

    channels: tuple[Channel, ...]

    def read(self, row: dict[str, object]) -> Observation:
        """Read a row, or refuse it with an `InputError`."""
        field, place = _name(row, FIELD), _name(row, PLACE)
        if not (field or place):
            raise InputError(f"expected a {FIELD} or a {PLACE}, found neither")
        return Observation(
            field=field or place,
            place=place or field,
            date=_date(row.get(DATE)),
            values=tuple(_value(row.get(one.name), one) for one in self.channels),
            cloud=_number(_first(row, CLOUDS), "cloud"),
            scene=_number(_first(row, SCENES), "scene class"),
        )


def columns_for(season: SeasonGrid, names: Collection[str]) -> ObservationColumns:
    """Tell columns by their names; a table without what a model needs is refused."""
    channels = [one.name for one in season.channels]
    missing = [one for one in (DATE, *channels) if one not in names]
    if FIELD not in names and PLACE not in names:
        missing.insert(0, f"{FIELD} or {PLACE}")
    if missing:
        raise InputError(
            f"expected the columns {', '.join(missing)}, found {_listed(names)}; "
            "name channels as the package does, and leave cells empty where nothing "
            "was seen"
        )
    return ObservationColumns(season.channels)


def _first(row: dict[str, object], names: tuple[str, ...]) -> object:
    """Return what stands under the first of the names that a row has."""
    return next((row[one] for one in names if one in row), None)


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))[:200] or "none"


def _name(row: dict[str, object], column: str) -> str:
    found = row.get(column)
    name = "" if found is None else str(found).strip()
    if len(name) > LONGEST_NAME:
        raise InputError(
            f"expected a {column} of at most {LONGEST_NAME} letters, found {len(name)}"
        )
    return name


def _date(found: object) -> date:
    """Read a date; what follows the day, such as a time, is left alone."""
    text = str(found).strip()
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise InputError(
            f"expected a date such as 2026-07-15, found {text[:40]!r}"
        ) from error


def _value(found: object, channel: Channel) -> float:
    value = _number(found, channel.name)
    if channel.unit == FRACTION and value == 0:
        # What products hold where they hold nothing; preparation leaves it out too.
        return float("nan")
    if channel.unit == FRACTION and (value > BRIGHTEST or value < DARKEST):
        raise InputError(
            f"expected {channel.name} as a fraction, found {value:g}; digital numbers "
            "are divided by 10000, those of products since 2022-01-25 after 1000 are "
            "taken off"
        )
    return value


def _number(found: object, what: str) -> float:
    text = "" if found is None else str(found).strip()
    if text.lower() in NOT_SEEN:
        return float("nan")
    try:
        value = float(text)
    except ValueError as error:
        raise InputError(f"expected a number as {what}, found {text[:40]!r}") from error
    if value in (float("inf"), float("-inf")):
        raise InputError(f"expected a finite number as {what}, found {text[:40]!r}")
    return value
