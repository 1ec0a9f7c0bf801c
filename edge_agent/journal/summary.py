"""What the journal says in short: for `terroir-edge status` and `readings`.

Reads only; a running agent is not disturbed.
"""

import sqlite3
from collections.abc import Iterator

import msgspec

from edge_agent.journal.journal import Journal
from protocols.encoding import decode
from protocols.messages import Reading


class JournalSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The journal in numbers."""

    waiting: int = 0
    receipted: int = 0
    rejected: int = 0
    scans: int = 0
    refused_scans: int = 0
    last_receipt_at: str | None = None
    last_rejection: str | None = None


class KeptReading(msgspec.Struct, frozen=True, kw_only=True):
    """A reading and its place in the journal."""

    seq: int
    state: str
    reading: Reading


def summarise(journal: Journal) -> JournalSummary:
    """Count what the journal holds."""
    ask = journal.connection.execute
    states = dict(ask("SELECT state, count(*) FROM records GROUP BY state").fetchall())
    scans, refused = ask("SELECT count(*), count(refusal) FROM scans").fetchone()
    last_receipt = ask("SELECT max(settled_at) FROM records").fetchone()[0]
    rejection = ask(
        "SELECT reason FROM records WHERE state = 'rejected' ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return JournalSummary(
        waiting=states.get("waiting", 0),
        receipted=states.get("receipted", 0),
        rejected=states.get("rejected", 0),
        scans=scans,
        refused_scans=refused,
        last_receipt_at=last_receipt,
        last_rejection=rejection[0] if rejection else None,
    )


def latest_readings(
    journal: Journal, since_seq: int = 0, limit: int | None = None
) -> Iterator[KeptReading]:
    """Yield readings after `since_seq`, oldest first; the last `limit` of them."""
    rows: list[sqlite3.Row] = journal.connection.execute(
        "SELECT seq, state, body FROM records WHERE kind = 'reading' AND seq > ? "
        "ORDER BY seq DESC LIMIT ?",
        (since_seq, -1 if limit is None else limit),
    ).fetchall()
    for seq, state, body in reversed(rows):
        message = decode(body)
        if isinstance(message, Reading):
            yield KeptReading(seq=seq, state=state, reading=message)
