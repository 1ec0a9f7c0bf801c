"""One observation a bucket, and its numbers in their units: Ibis expressions.

Where several observations are equally early, or equally good, the one with the smaller
numbers stands: every engine then chooses the same row.
"""

from typing import Any

import ibis

from protocols.observation_rule import Choice
from trainer.crops.preparation.channel_units import ChannelScale
from trainer.crops.preparation.observation_table import Table

_BELOW_ALL = -1_000_000
_WORST = 1_000


def season_series(
    rows: Table, places: Table, scales: tuple[ChannelScale, ...], choice: Choice
) -> Table:
    """Return row, bucket, day, scene class and channels of what stands for a bucket.

    Args:
        rows: Observations that no filter left out.
        places: Those that are kept, with the row of each.
        scales: How each channel's numbers become units.
        choice: Which observation stands for a bucket.
    """
    known = places.select("place", "year", "row")
    joined = rows.inner_join(known, ["place", "year"])
    names = [one.name for one in scales]
    bucket = ibis.window(
        group_by=["row", "bucket"], order_by=_ranks(joined, names, choice)
    )
    chosen = joined.mutate(rank=ibis.row_number().over(bucket))
    chosen = chosen.filter(chosen.rank == 0)
    return chosen.select(
        "row",
        "bucket",
        day=chosen.day.cast("int16"),
        scene=chosen.scene.fill_null(0).cast("int16"),
        **{one.name: one.in_units(chosen) for one in scales},
    )


def _ranks(rows: Table, names: list[str], choice: Choice) -> list[Any]:
    """Return what is smallest for the row that stands: no part of it is missing."""
    cloud = rows.cloud.fill_null(_WORST)
    first = [cloud, rows.day] if choice == "best" else [rows.day, cloud]
    scene = rows.scene.fill_null(_WORST)
    return [*first, scene, *[rows[name].fill_null(_BELOW_ALL) for name in names]]
