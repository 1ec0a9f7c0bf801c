"""The outbox's window, and the pauses between dials, driven by a test's own clock."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge_agent.clock import SystemClock
from edge_agent.journal.journal import Journal, open_journal
from edge_agent.link.backoff import Backoff
from edge_agent.link.outbox import Outbox
from edge_agent.record_author import RecordAuthor
from protocols.identifiers import parse_address
from protocols.messages import Instrument, LabValue, Receipt

NOW = datetime(2026, 11, 20, tzinfo=UTC)
VALUES = (LabValue(target="oc_usda.c729_w.pct", unit="%", value=1.4),)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal with five waiting labels."""
    author = RecordAuthor(
        parse_address("acme/home-farm/scanner-1"),
        Instrument(maker="a", model="b", serial="c"),
        SystemClock(),
    )
    journal = open_journal(tmp_path / "journal.sqlite")
    journal.keep([author.label(f"A{number}", VALUES, None) for number in range(5)])
    yield journal
    journal.close()


def settle(journal: Journal, *accepted: str) -> None:
    """Let a receipt come."""
    journal.settle(
        Receipt(
            id="0" * 32, at=NOW, tenant="acme", farm="f", device="d", accepted=accepted
        ),
        NOW,
    )


def sent(outbox: Outbox, now: float) -> list[str]:
    """Take what is to be sent."""
    return [one.id for one in outbox.take(now)]


def test_no_more_than_the_window_is_in_flight(journal: Journal) -> None:
    outbox = Outbox(journal, in_flight=2, receipt_timeout_s=30)
    ids = journal.waiting_ids(5)

    assert sent(outbox, 0) == ids[:2]
    assert sent(outbox, 1) == []
    settle(journal, ids[0])
    assert sent(outbox, 2) == ids[2:3]


def test_record_that_nobody_heard_is_sent_again_soon_and_then_less_often(
    journal: Journal,
) -> None:
    outbox = Outbox(journal, in_flight=2, receipt_timeout_s=30)
    first_sent = sent(outbox, 0)

    outbox.try_again_soon(0)

    assert outbox.due_at() == 2
    assert sent(outbox, 2) == first_sent
    outbox.try_again_soon(2)
    assert outbox.due_at() == 6


def test_wait_for_a_receipt_is_never_made_longer(journal: Journal) -> None:
    outbox = Outbox(journal, in_flight=2, receipt_timeout_s=1)
    sent(outbox, 0)

    outbox.try_again_soon(0)

    assert outbox.due_at() == 1


def test_record_without_receipt_is_sent_again_after_ever_longer_waits(
    journal: Journal,
) -> None:
    outbox = Outbox(journal, in_flight=1, receipt_timeout_s=10)
    (first, *_) = journal.waiting_ids(5)

    times = [now for now in range(200) if sent(outbox, now) == [first]]

    assert times == [0, 10, 30, 70, 150]


def test_next_receipt_is_due_after_its_timeout(journal: Journal) -> None:
    outbox = Outbox(journal, in_flight=5, receipt_timeout_s=10)
    assert outbox.due_at() == float("inf")

    outbox.take(3.0)

    assert outbox.due_at() == 13.0


def test_new_connection_sends_everything_again(journal: Journal) -> None:
    outbox = Outbox(journal, in_flight=5, receipt_timeout_s=30)
    first = sent(outbox, 0)

    outbox.start_again()

    assert sent(outbox, 1) == first


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(1.0, 10.0, jitter=lambda: 1.0)

    assert [backoff.next_delay_s() for _ in range(6)] == [1, 2, 4, 8, 10, 10]


def test_jitter_takes_away_at_most_half() -> None:
    backoff = Backoff(4.0, 10.0, jitter=lambda: 0.0)

    assert backoff.next_delay_s() == 2.0


def test_pauses_start_again_after_success() -> None:
    backoff = Backoff(1.0, 10.0, jitter=lambda: 1.0)
    backoff.next_delay_s()
    backoff.next_delay_s()

    backoff.reset()

    assert backoff.next_delay_s() == 1.0
