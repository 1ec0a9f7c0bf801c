"""The journal: one SQLite file in which every write is one transaction.

Write-ahead log and full synchronisation: what was committed survives SIGKILL and a
power cut, and what was not committed leaves no trace. Several processes may use it.
Foreign errors are translated here: a full disk is a JournalFullError, anything else
that SQLite refuses a JournalError.
"""

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from edge_agent.errors import JournalError, JournalFullError
from edge_agent.journal.schema import SCHEMA_VERSION, TABLES
from protocols.encoding import encode
from protocols.messages import Message, Receipt, ScanSample, kind_of

BUSY_TIMEOUT_S = 15.0
ZLIB_LEVEL = 6


@dataclass(frozen=True)
class RawScan:
    """A scan file as the instrument wrote it."""

    file: str
    data: bytes


@dataclass(frozen=True)
class WaitingRecord:
    """A record that no receipt has settled yet."""

    id: str
    kind: str
    body: bytes


Settled = tuple[str, str | None, str, str]


class Journal:
    """The open journal of one device."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> sqlite3.Connection:
        """The database itself, for questions that change nothing."""
        return self._connection

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def has_scan(self, scan_id: str) -> bool:
        """Whether this scan is already kept."""
        with _translated():
            found = self._connection.execute(
                "SELECT 1 FROM scans WHERE id = ?", (scan_id,)
            ).fetchone()
        return found is not None

    def keep_scan(
        self, raw: RawScan, scan: ScanSample, others: Sequence[Message] = ()
    ) -> None:
        """Keep a scan file and all its records, all or nothing."""
        row = (
            scan.id,
            raw.file,
            scan.sample,
            _stamp(scan.at),
            scan.refusal,
            len(raw.data),
            zlib.compress(raw.data, ZLIB_LEVEL),
        )
        with self._transaction():
            self._connection.execute(
                "INSERT INTO scans (id, file, sample, at, refusal, size, raw) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                row,
            )
            self._insert((scan, *others))

    def keep(self, messages: Sequence[Message]) -> None:
        """Keep records for the cloud, all or nothing."""
        with self._transaction():
            self._insert(messages)

    def waiting_ids(self, limit: int) -> list[str]:
        """Return the oldest records without a receipt."""
        with _translated():
            rows = self._connection.execute(
                "SELECT id FROM records WHERE state = 'waiting' ORDER BY seq LIMIT ?",
                (limit,),
            ).fetchall()
        return [row[0] for row in rows]

    def count_waiting(self) -> int:
        """Return how many records have no receipt."""
        with _translated():
            row = self._connection.execute(
                "SELECT count(*) FROM records WHERE state = 'waiting'"
            ).fetchone()
        return int(row[0])

    def waiting_record(self, record_id: str) -> WaitingRecord | None:
        """Return a record that must still be sent, None once it is settled."""
        with _translated():
            row = self._connection.execute(
                "SELECT id, kind, body FROM records WHERE id = ? AND state = 'waiting'",
                (record_id,),
            ).fetchone()
        return None if row is None else WaitingRecord(*row)

    def settle(self, receipt: Receipt, at: datetime) -> int:
        """Mark what a receipt names, and return how many records it settled."""
        settled: list[Settled] = [
            ("receipted", None, _stamp(at), one) for one in receipt.accepted
        ]
        settled += [
            ("rejected", one.reason, _stamp(at), one.record) for one in receipt.rejected
        ]
        with self._transaction():
            return self._connection.executemany(
                "UPDATE records SET state = ?, reason = ?, settled_at = ? "
                "WHERE id = ? AND state = 'waiting'",
                settled,
            ).rowcount

    def _insert(self, messages: Sequence[Message]) -> None:
        self._connection.executemany(
            "INSERT INTO records (id, kind, at, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            [(one.id, kind_of(one), _stamp(one.at), encode(one)) for one in messages],
        )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def open_journal(path: Path) -> Journal:
    """Open the journal at `path`, making it where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _translated(path):
        connection = sqlite3.connect(path, BUSY_TIMEOUT_S, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            _bring_up_to_date(connection, path)
        except BaseException:
            connection.close()
            raise
    return Journal(connection)


def open_journal_read_only(path: Path) -> Journal | None:
    """Open the journal at `path` for questions only; None while there is none."""
    if not path.exists():
        return None
    with _translated(path):
        address = f"{path.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, BUSY_TIMEOUT_S, uri=True)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except BaseException:
            connection.close()
            raise
    if version == 0:
        connection.close()
        return None
    return Journal(connection)


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        for statement in filter(str.strip, TABLES.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")
    if version not in (0, SCHEMA_VERSION):
        raise JournalError(
            f"expected journal version {SCHEMA_VERSION} in {path}, found {version}; "
            "run the software that wrote it"
        )


@contextlib.contextmanager
def _translated(path: Path | None = None) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        where = f" ({path})" if path else ""
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise JournalFullError(
                f"the journal's disk is full{where}; free some space"
            ) from error
        raise JournalError(f"the journal cannot be used: {error}{where}") from error


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
