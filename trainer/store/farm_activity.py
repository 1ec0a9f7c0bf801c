"""What each farm has in the store that a model could be made from, without the bodies.

The relocaliser asks this many times a minute, so it reads ids and times only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, RowMapping, func, select

from trainer.store.database import translated_errors
from trainer.store.tables import RECORDS

Farm = tuple[str, str]


@dataclass(frozen=True)
class UsableLabel:
    """The last word on a sample that was also scanned.

    Attributes:
        record: The label's record id.
        sample: The sample's id.
        arrived_at: When label and scan were both in the store.
    """

    record: str
    sample: str
    arrived_at: datetime


@dataclass(frozen=True)
class FarmActivity:
    """A farm that has a device, and its labels that have a scan."""

    tenant: str
    farm: str
    labels: tuple[UsableLabel, ...]


def read_activity(engine: Engine) -> list[FarmActivity]:
    """Return every farm that has ever sent anything, in order of name."""
    farms = select(RECORDS.c.tenant, RECORDS.c.farm).distinct()
    labels = select(
        *(RECORDS.c[name] for name in ("tenant", "farm", "sample", "id", "at")),
        RECORDS.c.received_at,
    ).where(RECORDS.c.kind == "label")
    scans = (
        select(
            *(RECORDS.c[name] for name in ("tenant", "farm", "sample")),
            func.min(RECORDS.c.received_at).label("received_at"),
        )
        .where(RECORDS.c.kind == "scan", RECORDS.c.has_spectrum)
        .group_by(RECORDS.c.tenant, RECORDS.c.farm, RECORDS.c.sample)
    )
    with translated_errors("read"), engine.connect() as connection:
        known = [(row.tenant, row.farm) for row in connection.execute(farms)]
        usable = _usable_labels(
            connection.execute(labels).mappings().all(),
            connection.execute(scans).mappings().all(),
        )
    return [FarmActivity(*farm, tuple(usable[farm])) for farm in sorted(known)]


def _usable_labels(
    labels: Iterable[RowMapping], scans: Iterable[RowMapping]
) -> dict[Farm, list[UsableLabel]]:
    scanned = {_sample_of(row): row["received_at"] for row in scans}
    latest: dict[tuple[str, str, str], RowMapping] = {}
    for row in sorted(labels, key=lambda row: (row["at"], row["id"])):
        latest[_sample_of(row)] = row
    usable: dict[Farm, list[UsableLabel]] = defaultdict(list)
    for key, row in sorted(latest.items()):
        if key in scanned:
            arrived_at = max(row["received_at"], scanned[key])
            usable[key[:2]].append(UsableLabel(row["id"], key[2], arrived_at))
    return usable


def _sample_of(row: RowMapping) -> tuple[str, str, str]:
    return row["tenant"], row["farm"], row["sample"]
