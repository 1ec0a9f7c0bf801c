"""Records that another command adds, beside a running agent or without one."""

from collections.abc import Callable, Sequence

from edge_agent.clock import SystemClock
from edge_agent.errors import InputError
from edge_agent.inbox_watch import ring_doorbell
from edge_agent.journal.journal import open_journal
from edge_agent.record_author import RecordAuthor
from edge_agent.settings import AgentSettings
from protocols.encoding import decode, encode
from protocols.errors import MessageError
from protocols.messages import Message

Write = Callable[[RecordAuthor], Sequence[Message]]


def enter(settings: AgentSettings, write: Write) -> None:
    """Commit the records that `write` makes in one transaction and wake the agent."""
    author = RecordAuthor(settings.device, settings.spectrometer, SystemClock())
    records = write(author)
    for record in records:
        _check(record)
    journal = open_journal(settings.journal_path)
    try:
        journal.keep(records)
    finally:
        journal.close()
    if settings.folders.inbox.is_dir():
        ring_doorbell(settings.folders.inbox)


def _check(record: Message) -> None:
    """Refuse what no receiver would take: limits are checked on decoding."""
    try:
        decode(encode(record))
    except MessageError as error:
        raise InputError(f"a record cannot be kept: {error}") from error
