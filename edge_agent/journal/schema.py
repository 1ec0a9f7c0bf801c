"""The journal's tables, readable with any sqlite3 shell.

`scans` holds every scan file as it came, deflated, also the refused ones. `records`
holds every message for the cloud; it is waiting until a receipt settles it.
"""

SCHEMA_VERSION = 1

TABLES = """
CREATE TABLE scans (
    id TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    sample TEXT NOT NULL,
    at TEXT NOT NULL,
    refusal TEXT,
    size INTEGER NOT NULL,
    raw BLOB NOT NULL
) STRICT;
CREATE TABLE records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    body BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'receipted', 'rejected')),
    reason TEXT,
    settled_at TEXT
) STRICT;
CREATE INDEX records_waiting ON records (seq) WHERE state = 'waiting';
CREATE INDEX records_of_kind ON records (kind, seq);
"""
