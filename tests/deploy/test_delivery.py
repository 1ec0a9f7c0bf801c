"""A record that is missing or twice in the store is counted, whatever is claimed."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from deploy.demo.delivery import Delivery, count_delivery


def journal_of(folder: Path, states: Mapping[str, str]) -> Path:
    path = folder / "journal.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE records (id TEXT, state TEXT)")
        connection.executemany("INSERT INTO records VALUES (?, ?)", states.items())
    return path


def store_of(folder: Path, records: Sequence[str]) -> Path:
    path = folder / "store.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE records (id TEXT)")
        connection.executemany(
            "INSERT INTO records VALUES (?)", [(r,) for r in records]
        )
    return path


def test_every_record_once_is_no_loss(tmp_path: Path) -> None:
    journal = journal_of(tmp_path, {"a": "receipted", "b": "waiting"})
    store = store_of(tmp_path, ["a", "b", "of-another-device"])

    counted = count_delivery(journal, store)

    assert counted == Delivery(
        sent=2, receipted=1, rejected=0, stored=2, stored_twice=0, lost=0
    )


def test_receipted_record_that_is_not_stored_is_lost(tmp_path: Path) -> None:
    journal = journal_of(tmp_path, {"a": "receipted", "b": "receipted"})
    store = store_of(tmp_path, ["a"])

    assert count_delivery(journal, store).lost == 1


def test_record_stored_twice_is_seen(tmp_path: Path) -> None:
    journal = journal_of(tmp_path, {"a": "receipted"})
    store = store_of(tmp_path, ["a", "a"])

    assert count_delivery(journal, store).stored_twice == 1


def test_rejected_record_is_not_lost(tmp_path: Path) -> None:
    journal = journal_of(tmp_path, {"a": "rejected"})
    store = store_of(tmp_path, [])

    counted = count_delivery(journal, store)

    assert (counted.rejected, counted.lost) == (1, 0)
