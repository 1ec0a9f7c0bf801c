"""Observations of one shape, whatever their source: Ibis expressions.

A row is what one overpass saw of one place. Numbers stay as they were written, with
what means "no data" made missing: they are brought into units only after one row a
bucket is chosen, which is cheaper.
"""

from typing import Any

import ibis

from trainer.crops.preparation.observation_columns import (
    ChannelColumn,
    Kind,
    ObservationColumns,
)
from trainer.crops.preparation.preparation_order import Season
from trainer.errors import LibraryError

Table = Any
"""An Ibis table; Ibis gives no types that a reader or a checker could use."""

NO_DATA: dict[Kind, tuple[int, ...]] = {
    "reflectance": (0, 65535),
    "radar": (0, 65535),
    "temperature": (65535,),
    "precipitation": (65535,),
}
_BOXES_A_DEGREE = 10


def observation_rows(table: Table, columns: ObservationColumns) -> Table:
    """Name columns in one way, one row an observation; arrays are taken apart."""
    if table[columns.date].type().is_array():
        table = _taken_apart(table, columns)
    longitude = table[columns.longitude].cast("float64")
    latitude = table[columns.latitude].cast("float64")
    return table.select(
        place=table[columns.place].cast("string"),
        box=_box(table, columns.box, longitude, latitude),
        field=table[columns.field].cast("string")
        if columns.field
        else ibis.literal(""),
        longitude=longitude,
        latitude=latitude,
        date=_date(table[columns.date]),
        scene=_whole(table, columns.scene_class),
        cloud=_number(table, columns.cloud),
        **{one.name: _channel(table, one) for one in columns.channels},
    )


def in_season(rows: Table, season: Season) -> Table:
    """Add the year of the harvest, the day from its 1 January, and the bucket.

    Dates are moved so that a season begins on 1 January: the year and the day of the
    year of the moved date say which season and how far into it.
    """
    moved = rows.date - ibis.interval(days=season.first_day)
    since = (moved.day_of_year() - 1).cast("int32")
    bucket = (since // season.bucket_days).cast("int32")
    return rows.mutate(
        year=moved.year().cast("int32"),
        day=(since + season.first_day).cast("int32"),
        bucket=bucket,
    )


def _taken_apart(table: Table, columns: ObservationColumns) -> Table:
    """Return a row for each element of a pixel's arrays."""
    index = ibis.range(0, table[columns.date].length()).unnest()
    rows = table.mutate(element=index)
    return rows.mutate(
        **{
            name: rows[name][rows.element]
            for name, kind in rows.schema().items()
            if kind.is_array()
        }
    )


def _date(column: Any) -> Any:  # noqa: ANN401 - an Ibis column
    """Return a date; whole numbers are days since 1970."""
    if column.type().is_binary():
        raise LibraryError(
            f"expected dates in {column.get_name()}, found bytes; unpack them to "
            "arrays of whole days since 1970"
        )
    if column.type().is_integer():
        days = column.cast("int32").as_interval("D")
        # Some engines make a moment of the sum, whatever Ibis believes.
        return (ibis.date(1970, 1, 1) + days).cast("timestamp").cast("date")
    return column.cast("date")


def _box(table: Table, column: str | None, longitude: Any, latitude: Any) -> Any:  # noqa: ANN401 - Ibis columns
    """Return the box; without one, a tenth of a degree each way."""
    if column:
        return table[column].cast("string")
    names = [
        (one * _BOXES_A_DEGREE).floor().cast("int32").cast("string")
        for one in (longitude, latitude)
    ]
    return names[0] + "/" + names[1]


def _whole(table: Table, column: str | None) -> Any:  # noqa: ANN401 - an Ibis column
    if column is None:
        return ibis.null("int32")
    return table[column].cast("int32")


def _number(table: Table, column: str | None) -> Any:  # noqa: ANN401 - an Ibis column
    if column is None:
        return ibis.null("float64")
    return table[column].cast("float64")


def _channel(table: Table, one: ChannelColumn) -> Any:  # noqa: ANN401 - an Ibis column
    """Return a channel's numbers, missing where they say no data."""
    column = table[one.column]
    if column.type().is_integer():
        number = column.cast("int32")
        return ibis.ifelse(number.isin(NO_DATA[one.kind]), ibis.null("int32"), number)
    number = column.cast("float64")
    is_none = number.isnan() | number.isinf() | number.isin(NO_DATA[one.kind])
    return ibis.ifelse(is_none, ibis.null("float64"), number)
