"""Which observations are left out, and why: Ibis expressions.

Each row gets the number of the first filter that leaves it out, or none: so that a
table can say how many each of them took.
"""

from dataclasses import dataclass
from typing import Any

import ibis

from trainer.crops.preparation.observation_table import Table
from trainer.crops.preparation.preparation_order import FilterOrder, Season


@dataclass(frozen=True)
class Filter:
    """What leaves rows out, in words and as an Ibis column of truth."""

    name: str
    leaves_out: Any


def observation_filters(
    rows: Table, channels: tuple[str, ...], season: Season, order: FilterOrder
) -> tuple[Filter, ...]:
    """Return the filters of observations, in the order in which they count."""
    unseen = ibis.and_(*[rows[name].isnull() for name in channels])
    kept = ", ".join(map(str, order.scene_classes))
    return (
        Filter("outside the season", rows.bucket >= season.steps),
        Filter("no date, or no position on Earth", _unplaced(rows)),
        Filter("nothing seen", unseen),
        Filter(f"scene class not {kept}", rows.scene.notin(order.scene_classes)),
        Filter(f"cloud above {order.most_cloud:g} %", rows.cloud > order.most_cloud),
    )


def with_reason(rows: Table, filters: tuple[Filter, ...]) -> Table:
    """Add the number of the first filter that leaves a row out, or -1."""
    cases = [
        (one.leaves_out.fill_null(False), ibis.literal(number, "int32"))
        for number, one in enumerate(filters)
    ]
    return rows.mutate(reason=ibis.cases(*cases, else_=ibis.literal(-1, "int32")))


def _unplaced(rows: Table) -> Any:  # noqa: ANN401 - an Ibis column
    return (
        rows.date.isnull()
        | rows.place.isnull()
        | rows.longitude.isnull()
        | rows.latitude.isnull()
        | ~rows.longitude.between(-180, 180)
        | ~rows.latitude.between(-90, 90)
    )
