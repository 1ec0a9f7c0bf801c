"""Take in one batch: judge every message, commit them together, write receipts.

Nothing here knows the broker. Whatever a message holds, it is committed or quarantined
and the rest of the batch with it; only a store that cannot write stops a batch, which
then raises StoreError with nothing changed.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from protocols.messages import Receipt, kind_of
from trainer.ingest.judgement import (
    OUTBOX_KINDS,
    Accepted,
    Arrival,
    Refused,
    judge,
)
from trainer.ingest.receipts import Verdict, receipts_for
from trainer.store.sample_store import (
    Batch,
    Committed,
    QuarantinedBody,
    SampleStore,
)

LOG = logging.getLogger(__name__)
CONFLICT = "expected an id that no other record has; it belongs to another one"

Judgement = Accepted | Refused


class Intake:
    """The way from messages to receipts."""

    def __init__(self, store: SampleStore, clock: Callable[[], datetime]) -> None:
        """Commit to `store`, by the time of `clock`."""
        self._store = store
        self._clock = clock

    def take(self, arrivals: Sequence[Arrival]) -> list[Receipt]:
        """Make a batch durable and return its receipts."""
        judged = [(arrival, _judge_guarded(arrival)) for arrival in arrivals]
        now = self._clock()
        committed = self._store.commit(
            Batch(
                received_at=now,
                records=[one.message for _, one in judged if isinstance(one, Accepted)],
                quarantined=[
                    _quarantined(arrival, one)
                    for arrival, one in judged
                    if isinstance(one, Refused)
                ],
            )
        )
        verdicts = [_verdict(one, committed) for _, one in judged]
        return receipts_for([one for one in verdicts if one is not None], now)


def _judge_guarded(arrival: Arrival) -> Judgement:
    """Judge, and set aside what breaks the judge: one message never stops the rest.

    That is a defect of ours, so the device is told nothing and keeps its record.
    """
    try:
        return judge(arrival)
    except Exception:
        LOG.exception("failed to judge a message on %s", arrival.topic)
        return Refused("the cloud failed to read this message", None, None)


def _quarantined(arrival: Arrival, refused: Refused) -> QuarantinedBody:
    LOG.warning("quarantined a message on %s: %s", arrival.topic, refused.reason)
    return QuarantinedBody(arrival.topic, refused.reason, arrival.body, refused.record)


def _verdict(judgement: Judgement, committed: Committed) -> Verdict | None:
    """Return what to tell the device, if there is one that waits to hear it."""
    if isinstance(judgement, Refused):
        if judgement.address is None or judgement.record is None:
            return None
        return Verdict(judgement.address, judgement.record, judgement.reason)
    message = judgement.message
    if kind_of(message) not in OUTBOX_KINDS:
        return None
    reason = CONFLICT if message.id in committed.conflicts else None
    return Verdict(message.address, message.id, reason)
