"""Commit what devices sent, once each, and answer what was received.

A batch is one transaction: either all of it is durable, or nothing is and the caller
tries again. A record that is here already counts as accepted, unless another device
owns its id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Select,
    Table,
    and_,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from protocols.encoding import decode, encode
from protocols.identifiers import DeviceAddress
from protocols.messages import (
    LabelledSample,
    Reading,
    ScanSample,
    Uplink,
    kind_of,
)
from protocols.model_package import digest_of
from trainer.store.database import translated_errors
from trainer.store.tables import QUARANTINE, RECORDS


@dataclass(frozen=True)
class QuarantinedBody:
    """A message that was refused: kept as it came, with the reason."""

    topic: str
    reason: str
    body: bytes
    record: str | None = None

    @property
    def id(self) -> str:
        """The same body on the same topic is kept once."""
        return digest_of(self.topic.encode() + b"\0" + self.body)


@dataclass(frozen=True)
class Batch:
    """What arrived together and is committed together."""

    received_at: datetime
    records: Sequence[Uplink] = ()
    quarantined: Sequence[QuarantinedBody] = ()


@dataclass(frozen=True)
class Committed:
    """What a commit made durable, by record id.

    Attributes:
        accepted: Records that are in the store now, whether new or there before.
        duplicates: Those of them that had been there before.
        conflicts: Records whose id belongs to another device's record; not stored.
    """

    accepted: frozenset[str]
    duplicates: frozenset[str]
    conflicts: frozenset[str]


@dataclass(frozen=True)
class RecordCount:
    """How many records of one kind a device has in the store."""

    tenant: str
    farm: str
    device: str
    kind: str
    records: int


class SampleStore:
    """The records table, and the quarantine beside it."""

    def __init__(self, engine: Engine) -> None:
        """Work on an opened database."""
        self._engine = engine

    def commit(self, batch: Batch) -> Committed:
        """Make a batch durable, or raise StoreError with nothing changed."""
        rows = {
            record.id: _row_of(record, batch.received_at) for record in batch.records
        }
        with translated_errors("write to"), self._engine.begin() as connection:
            before = _owners(connection, list(rows))
            _insert_new(connection, RECORDS, list(rows.values()))
            _insert_new(
                connection,
                QUARANTINE,
                [_quarantine_row(one, batch.received_at) for one in batch.quarantined],
            )
            owners = _owners(connection, list(rows))
        conflicts = _not_owned(batch.records, owners)
        return Committed(
            accepted=frozenset(rows) - conflicts,
            duplicates=frozenset(before) - conflicts,
            conflicts=conflicts,
        )

    def counts(self) -> list[RecordCount]:
        """Return how many records there are, by device and kind."""
        columns = [RECORDS.c[name] for name in ("tenant", "farm", "device", "kind")]
        query = (
            select(*columns, func.count().label("records"))
            .group_by(*columns)
            .order_by(*columns)
        )
        return [RecordCount(**row) for row in self._all(query)]

    def quarantined(self) -> list[QuarantinedBody]:
        """Return what was refused, oldest first."""
        names = ("topic", "reason", "body", "record")
        query = select(*(QUARANTINE.c[name] for name in names)).order_by(
            QUARANTINE.c.received_at
        )
        return [QuarantinedBody(**row) for row in self._all(query)]

    def devices_of(self, tenant: str, farm: str) -> list[DeviceAddress]:
        """Return the devices of a farm that have ever come online."""
        query = (
            select(RECORDS.c.device)
            .distinct()
            .where(_is_of(tenant, farm), RECORDS.c.kind == "birth")
            .order_by(RECORDS.c.device)
        )
        return [DeviceAddress(tenant, farm, row["device"]) for row in self._all(query)]

    def labels_of(self, tenant: str, farm: str) -> list[LabelledSample]:
        """Return every label of a farm, corrected ones too."""
        found = self._messages(tenant, farm, "label")
        return [one for one in found if isinstance(one, LabelledSample)]

    def scans_of(self, tenant: str, farm: str) -> list[ScanSample]:
        """Return every scan of a farm that holds a spectrum."""
        found = self._messages(tenant, farm, "scan")
        return [one for one in found if isinstance(one, ScanSample) and one.spectrum]

    def _messages(self, tenant: str, farm: str, kind: str) -> list[object]:
        query = (
            select(RECORDS.c.body)
            .where(_is_of(tenant, farm), RECORDS.c.kind == kind)
            .order_by(RECORDS.c.received_at, RECORDS.c.id)
        )
        return [decode(row["body"]) for row in self._all(query)]

    def _all(self, query: Select[Any]) -> Sequence[RowMapping]:
        with translated_errors("read"), self._engine.connect() as connection:
            return connection.execute(query).mappings().all()


def _is_of(tenant: str, farm: str) -> ColumnElement[bool]:
    return and_(RECORDS.c.tenant == tenant, RECORDS.c.farm == farm)


def _row_of(record: Uplink, received_at: datetime) -> dict[str, Any]:
    sample = (
        record.sample
        if isinstance(record, (ScanSample, Reading, LabelledSample))
        else None
    )
    return {
        "id": record.id,
        "kind": kind_of(record),
        "tenant": record.tenant,
        "farm": record.farm,
        "device": record.device,
        "sample": sample,
        "has_spectrum": isinstance(record, ScanSample) and record.spectrum is not None,
        "at": record.at,
        "received_at": received_at,
        "body": encode(record),
    }


def _quarantine_row(one: QuarantinedBody, received_at: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "received_at": received_at,
        "topic": one.topic,
        "record": one.record,
        "reason": one.reason,
        "body": one.body,
    }


Owner = tuple[str, str, str, str]


def _owners(connection: Connection, ids: list[str]) -> dict[str, Owner]:
    """Return which of these ids are in the store, and whose record each is."""
    columns = RECORDS.c
    query = select(
        columns.id, columns.tenant, columns.farm, columns.device, columns.kind
    ).where(columns.id.in_(ids))
    return {
        row.id: (row.tenant, row.farm, row.device, row.kind)
        for row in connection.execute(query)
    }


def _not_owned(records: Sequence[Uplink], owners: dict[str, Owner]) -> frozenset[str]:
    return frozenset(
        one.id
        for one in records
        if owners.get(one.id) != (one.tenant, one.farm, one.device, kind_of(one))
    )


def _insert_new(
    connection: Connection, table: Table, rows: list[dict[str, Any]]
) -> None:
    """Insert the rows whose key is not there yet."""
    if not rows:
        return
    is_sqlite = connection.dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    connection.execute(insert(table).on_conflict_do_nothing(), rows)
