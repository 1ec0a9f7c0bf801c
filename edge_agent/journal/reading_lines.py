"""Readings as lines for a person or a program: one line a soil property."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from edge_agent.journal.journal import open_journal_read_only
from edge_agent.journal.summary import KeptReading, latest_readings
from edge_agent.property_line import PropertyLine
from protocols.messages import UtcTime


class ReadingLine(PropertyLine, frozen=True, kw_only=True):
    """One property of one reading, and where it stands in the journal."""

    seq: int
    at: UtcTime
    scan: str
    state: str


def reading_lines(path: Path, since_seq: int | None, shown: int) -> list[ReadingLine]:
    """Return the readings after `since_seq`, or else the last ones."""
    journal = open_journal_read_only(path)
    if journal is None:
        return []
    with closing(journal):
        limit = shown if since_seq is None else None
        return list(_lines(latest_readings(journal, since_seq or 0, limit)))


def _lines(readings: Iterator[KeptReading]) -> Iterator[ReadingLine]:
    for kept in readings:
        reading = kept.reading
        for one in reading.estimates:
            yield ReadingLine(
                seq=kept.seq,
                sample=reading.sample,
                target=one.target,
                value=one.value,
                low=one.low,
                high=one.high,
                unit=one.unit,
                novelty=reading.novelty,
                flagged=reading.is_flagged,
                model=reading.model,
                at=reading.at,
                scan=reading.scan,
                state=kept.state,
            )
