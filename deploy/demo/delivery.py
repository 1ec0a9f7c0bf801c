"""What was sent, what was receipted, and what was lost: counted in both databases."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Delivery:
    """How many records the device made, and what became of them."""

    sent: int
    receipted: int
    rejected: int
    stored: int
    stored_twice: int
    lost: int


def count_delivery(journal: Path, store: Path) -> Delivery:
    """Compare every record of the device's journal with the cloud's store."""
    made = {row[0]: row[1] for row in _rows(journal, "SELECT id, state FROM records")}
    stored = [row[0] for row in _rows(store, "SELECT id FROM records")]
    states = list(made.values())
    return Delivery(
        sent=len(made),
        receipted=states.count("receipted"),
        rejected=states.count("rejected"),
        stored=len(made.keys() & set(stored)),
        stored_twice=len(stored) - len(set(stored)),
        lost=sum(
            state != "rejected" and record not in set(stored)
            for record, state in made.items()
        ),
    )


def _rows(database: Path, query: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()
