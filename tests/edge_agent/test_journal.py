"""The journal: all or nothing, nothing twice, and settled only by receipts."""

import sqlite3
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge_agent.clock import SystemClock
from edge_agent.errors import JournalError, JournalFullError
from edge_agent.journal.journal import (
    Journal,
    RawScan,
    open_journal,
    open_journal_read_only,
)
from edge_agent.journal.summary import summarise
from edge_agent.predictor.wire import ScanAnswer
from edge_agent.record_author import RecordAuthor
from protocols.identifiers import parse_address
from protocols.messages import (
    Estimate,
    Instrument,
    LabelledSample,
    LabValue,
    Receipt,
    Rejection,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MODEL = "ab" * 32
TARGET = "oc_usda.c729_w.pct"
ESTIMATE = Estimate(target=TARGET, unit="%", value=1.0, low=0.5, high=1.5)
SEEN = ScanAnswer(sample="A12", model=MODEL, estimates=(ESTIMATE,), novelty=0.2)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A new journal."""
    journal = open_journal(tmp_path / "journal.sqlite")
    yield journal
    journal.close()


@pytest.fixture
def author() -> RecordAuthor:
    """Who writes its records."""
    return RecordAuthor(
        parse_address("acme/home-farm/scanner-1"),
        Instrument(maker="a", model="b", serial="c"),
        SystemClock(),
    )


def keep(journal: Journal, author: RecordAuthor, file: str = "A12.csv") -> str:
    """Keep a scan with its reading and return its id."""
    raw = RawScan(file, b"400,0.1")
    scan = author.scan(author.scan_id(raw.file, raw.data), SEEN)
    journal.keep_scan(raw, scan, author.readings(scan, SEEN))
    return scan.id


def fill(journal: Journal, author: RecordAuthor) -> None:
    """Keep more scans than there is room for."""
    for number in range(200):
        keep(journal, author, f"{number}.csv")


def label(author: RecordAuthor) -> LabelledSample:
    """Return a label."""
    return author.label("A12", (LabValue(target=TARGET, unit="%", value=1.4),), None)


def receipt(*accepted: str, rejected: tuple[Rejection, ...] = ()) -> Receipt:
    """Return a receipt of the cloud."""
    return Receipt(
        id="0" * 32,
        at=NOW,
        tenant="acme",
        farm="home-farm",
        device="scanner-1",
        accepted=accepted,
        rejected=rejected,
    )


def test_scan_is_kept_with_its_bytes_and_two_records(
    journal: Journal, author: RecordAuthor
) -> None:
    scan_id = keep(journal, author)

    (raw,) = journal.connection.execute("SELECT raw FROM scans").fetchone()
    assert zlib.decompress(raw) == b"400,0.1"
    assert journal.has_scan(scan_id)
    records = [journal.waiting_record(one) for one in journal.waiting_ids(10)]
    assert [one.kind for one in records if one] == ["scan", "reading"]


def test_same_scan_again_changes_nothing(
    journal: Journal, author: RecordAuthor
) -> None:
    keep(journal, author)
    keep(journal, author)

    assert journal.count_waiting() == 2
    assert summarise(journal).scans == 1


def test_receipt_settles_what_it_names_and_only_once(
    journal: Journal, author: RecordAuthor
) -> None:
    keep(journal, author)
    first, second = journal.waiting_ids(10)
    rejection = Rejection(record=second, reason="no such farm")

    settled = journal.settle(receipt(first, rejected=(rejection,)), NOW)

    assert settled == 2
    assert journal.waiting_ids(10) == []
    assert journal.settle(receipt(first, "f" * 32), NOW) == 0
    assert summarise(journal).last_rejection == "no such farm"


def test_oldest_records_come_first(journal: Journal, author: RecordAuthor) -> None:
    labels = [label(author) for _ in range(5)]

    journal.keep(labels)

    assert journal.waiting_ids(3) == [one.id for one in labels[:3]]


def test_full_disk_leaves_no_half_of_a_scan(
    journal: Journal, author: RecordAuthor
) -> None:
    (pages,) = journal.connection.execute("PRAGMA page_count").fetchone()
    journal.connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(JournalFullError, match="free some space"):
        fill(journal, author)

    summary = summarise(journal)
    assert summary.waiting == 2 * summary.scans
    assert not journal.connection.in_transaction


def test_two_processes_may_write(tmp_path: Path, author: RecordAuthor) -> None:
    first = open_journal(tmp_path / "journal.sqlite")
    second = open_journal(tmp_path / "journal.sqlite")

    first.keep([label(author)])
    second.keep([label(author)])

    assert first.count_waiting() == second.count_waiting() == 2
    first.close()
    second.close()


def test_journal_survives_losing_its_process(
    tmp_path: Path, author: RecordAuthor
) -> None:
    first = open_journal(tmp_path / "journal.sqlite")
    assert first.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert first.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    keep(first, author)
    first.close()

    second = open_journal(tmp_path / "journal.sqlite")

    assert second.count_waiting() == 2
    second.close()


def test_journal_of_a_newer_software_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(JournalError, match=r"expected journal version 1.*found 99"):
        open_journal(path)


def test_reading_a_journal_that_is_not_there_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"

    assert open_journal_read_only(path) is None
    assert not path.exists()
