"""Which records to send now: a window over the journal's waiting ones.

A record is sent again when its receipt does not come in time, each time waiting twice
as long, and after every new connection. Where the broker says that nobody listens, as
after its crash, no receipt can come and the wait is short. Only a receipt takes a
record out.
"""

from dataclasses import dataclass, replace

from edge_agent.journal.journal import Journal, WaitingRecord

MOST_DOUBLINGS = 4
UNHEARD_RETRY_S = 1.0


@dataclass(frozen=True)
class Sending:
    """When a record was last sent, and how often."""

    resend_at: float
    times: int


class Outbox:
    """The records in flight on one connection."""

    def __init__(
        self, journal: Journal, in_flight: int, receipt_timeout_s: float
    ) -> None:
        self._journal = journal
        self._in_flight = in_flight
        self._receipt_timeout_s = receipt_timeout_s
        self._sent: dict[str, Sending] = {}

    def start_again(self) -> None:
        """Count nothing as sent any more: the connection is a new one."""
        self._sent.clear()

    def due_at(self) -> float:
        """Return when the next receipt is overdue."""
        return min((one.resend_at for one in self._sent.values()), default=float("inf"))

    def try_again_soon(self, now: float) -> None:
        """Shorten the wait of what is in flight: nobody was there to receipt it."""
        for one, sending in self._sent.items():
            retry_at = now + UNHEARD_RETRY_S * 2 ** min(sending.times, MOST_DOUBLINGS)
            if retry_at < sending.resend_at:
                self._sent[one] = replace(sending, resend_at=retry_at)

    def take(self, now: float) -> list[WaitingRecord]:
        """Return what to send now, oldest first, and count it as sent."""
        window = self._journal.waiting_ids(self._in_flight)
        self._sent = {one: self._sent[one] for one in window if one in self._sent}
        due = [one for one in window if self._is_due(one, now)]
        records = [self._journal.waiting_record(one) for one in due]
        for one in due:
            self._sent[one] = self._next_sending(one, now)
        return [record for record in records if record is not None]

    def _is_due(self, record_id: str, now: float) -> bool:
        sending = self._sent.get(record_id)
        return sending is None or sending.resend_at <= now

    def _next_sending(self, record_id: str, now: float) -> Sending:
        before = self._sent.get(record_id)
        times = 0 if before is None else before.times
        patience = 2 ** min(times, MOST_DOUBLINGS)
        return Sending(now + self._receipt_timeout_s * patience, times + 1)
