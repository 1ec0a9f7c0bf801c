"""Which column of a table of observations is what, by its name.

Names differ between sources; those that are known are recognised, and a table that
lacks what is needed is refused with what was found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from protocols.season_grid import Channel
from trainer.errors import LibraryError

Kind = Literal["reflectance", "radar", "temperature", "precipitation"]

_NEEDED = {
    "place": ("place", "place_id", "pixel", "pixel_id", "sample_id"),
    "longitude": ("longitude", "lon", "lng"),
    "latitude": ("latitude", "lat"),
    "date": ("date", "dates", "day", "timestamp", "time", "acquisition_date"),
}
BOX_NAMES = ("box", "box_id", "tile", "chip")
_OPTIONAL = {
    "box": BOX_NAMES,
    "field": ("field", "field_id", "parcel", "parcel_id"),
    "scene_class": ("scl", "scene_class", "scene_classification"),
    "cloud": ("cloud_probability", "cloudprobability", "msk_cldprb", "cld"),
}
_BAND = re.compile(r"(?:S2[-_])?(?:L2A[-_]|L1C[-_])?B(\d{1,2}|8A)", re.IGNORECASE)
_RADAR = re.compile(r"(?:S1[-_])?(?:SIGMA0[-_]|GAMMA0[-_])?(VV|VH)", re.IGNORECASE)
_WEATHER: dict[str, tuple[str, Kind]] = {
    "temperature": ("temperature", "temperature"),
    "temperature_mean": ("temperature", "temperature"),
    "agera5-temperature-mean": ("temperature", "temperature"),
    "precipitation": ("precipitation", "precipitation"),
    "agera5-precipitation-flux": ("precipitation", "precipitation"),
}
_UNITS: dict[Kind, str] = {
    "reflectance": "1",
    "radar": "dB",
    "temperature": "degC",
    "precipitation": "mm/d",
}
_LAST_BAND = 12


@dataclass(frozen=True)
class ChannelColumn:
    """A channel and the column it is read from."""

    name: str
    column: str
    kind: Kind

    @property
    def channel(self) -> Channel:
        """The channel as a season grid names it."""
        return Channel(name=self.name, unit=_UNITS[self.kind])


@dataclass(frozen=True)
class ObservationColumns:
    """The columns of a table; nothing where it lacks one that may be lacking."""

    place: str
    longitude: str
    latitude: str
    date: str
    box: str | None
    field: str | None
    scene_class: str | None
    cloud: str | None
    channels: tuple[ChannelColumn, ...]


def recognise_columns(names: Iterable[str]) -> ObservationColumns:
    """Tell what the columns are, or refuse."""
    columns = list(names)
    needed = {what: _named(columns, known) for what, known in _NEEDED.items()}
    missing = [what for what, found in needed.items() if found is None]
    channels = _channels(columns)
    if not channels:
        missing.append("bands such as B04 or S2-B04")
    if missing:
        raise LibraryError(
            f"expected {', '.join(missing)} among the columns of the observations, "
            f"found {', '.join(columns[:20])}; rename them"
        )
    found = {what: name for what, name in needed.items() if name is not None}
    optional = {what: _named(columns, known) for what, known in _OPTIONAL.items()}
    return ObservationColumns(
        place=found["place"],
        longitude=found["longitude"],
        latitude=found["latitude"],
        date=found["date"],
        channels=channels,
        **optional,
    )


def _named(columns: list[str], known: tuple[str, ...]) -> str | None:
    """Return the column with the first known name."""
    lower = {name.lower(): name for name in columns}
    return next((lower[one] for one in known if one in lower), None)


def _channels(columns: list[str]) -> tuple[ChannelColumn, ...]:
    found = [one for one in map(_channel, columns) if one is not None]
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        sources = [one.column for one in found if one.name == twice[0]]
        raise LibraryError(
            f"expected one column for {twice[0]}, found {' and '.join(sources)}; "
            "leave one of them out"
        )
    return tuple(sorted(found, key=lambda one: (one.kind != "reflectance", one.name)))


def _channel(column: str) -> ChannelColumn | None:
    if match := _BAND.fullmatch(column):
        band = match[1].upper().zfill(2)
        if band == "8A" or 1 <= int(band.rstrip("A")) <= _LAST_BAND:
            return ChannelColumn(f"S2-B{band}", column, "reflectance")
        return None
    if match := _RADAR.fullmatch(column):
        return ChannelColumn(f"S1-{match[1].upper()}", column, "radar")
    if column.lower() in _WEATHER:
        name, kind = _WEATHER[column.lower()]
        return ChannelColumn(name, column, kind)
    return None
