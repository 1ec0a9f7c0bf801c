"""The tables of the sample store; the same on SQLite and PostgreSQL.

A record's id is its key, so that a message that comes twice is stored once. Bodies are
MessagePack of `protocols`, with the few columns beside them that queries need.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC, aware in Python whatever the database thinks of zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Store the time in UTC, without its zone."""
        del dialect
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Give the time its zone back."""
        del dialect
        return value.replace(tzinfo=UTC) if value else None


METADATA = MetaData()

RECORDS = Table(
    "records",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("tenant", String(20), nullable=False),
    Column("farm", String(20), nullable=False),
    Column("device", String(20), nullable=False),
    Column("sample", String(64), nullable=True),
    Column("has_spectrum", Boolean, nullable=False, default=False),
    Column("at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("records_of_a_farm", "kind", "tenant", "farm", "received_at"),
)

QUARANTINE = Table(
    "quarantine",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("topic", Text, nullable=False),
    Column("record", String(32), nullable=True),
    Column("reason", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

PUBLICATIONS = Table(
    "publications",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(20), nullable=False),
    Column("farm", String(20), nullable=False),
    Column("basis", String(64), nullable=False),
    Column("labels", Integer, nullable=False),
    Column("digest", String(64), nullable=True),
    Column("parent", String(64), nullable=True),
    Column("published_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("failure", Text, nullable=True),
    Index("publications_of_a_farm", "tenant", "farm"),
)
"""Every fit of a farm; one that failed has a failure and no digest."""
