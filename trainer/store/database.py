"""Open the store's database, and translate what it raises.

SQLite writes ahead and syncs every commit, for a receipt promises that the record
survives a power cut; it waits for another writer before it gives up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from trainer.errors import StoreError
from trainer.store.tables import METADATA

BUSY_TIMEOUT_MS = 2000
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
)


class _Cursor(Protocol):
    def execute(self, statement: str, /) -> object: ...
    def close(self) -> None: ...


class _Connection(Protocol):
    def cursor(self) -> _Cursor: ...


def open_database(url: str) -> Engine:
    """Connect to the database at `url` and make its tables where they are missing."""
    with translated_errors("open"):
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        METADATA.create_all(engine)
    return engine


@contextmanager
def translated_errors(doing: str) -> Iterator[None]:
    """Raise what the database raises as a StoreError."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(
            f"expected to {doing} the sample store, found: {cause}; "
            "check its disk and its [store] url"
        ) from error


def _prepare_sqlite(connection: _Connection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
