"""Judge one message: is it what its topic says, from whom its topic says?

The broker lets a device write to its own topics only, so the topic is what can be
trusted; the body is what the device claims. Touches no broker, store or clock.
"""

import re
from dataclasses import dataclass
from datetime import UTC

from protocols.encoding import decode
from protocols.errors import IdentifierError, MessageError, ProtocolError
from protocols.identifiers import RECORD_ID_PATTERN, DeviceAddress
from protocols.messages import UPLINK_KINDS, Message, ScanSample, Uplink, kind_of
from protocols.spectrum import unpack
from protocols.topics import Topic, parse_topic, topic_of

MAX_REASON = 200
"""Characters of a reason, so that a receipt for a full batch of refusals fits."""

OUTBOX_KINDS = ("scan", "reading", "label", "report")
"""What a device keeps until its receipt; it does not keep births and deaths."""


@dataclass(frozen=True)
class Arrival:
    """A message as the broker handed it over."""

    topic: str
    body: bytes
    content_type: str | None = None
    correlation: bytes | None = None


@dataclass(frozen=True)
class Accepted:
    """A record to commit."""

    message: Uplink


@dataclass(frozen=True)
class Refused:
    """A message never to take.

    Attributes:
        reason: What was expected and what was found.
        record: The id to name in the receipt, if the sender gave one.
        address: Whom to send the receipt to, if the topic tells.
    """

    reason: str
    record: str | None
    address: DeviceAddress | None


def judge(arrival: Arrival) -> Accepted | Refused:
    """Decide whether to commit or to refuse what arrived."""
    record = _record_of(arrival.correlation)
    try:
        topic = parse_topic(arrival.topic)
    except IdentifierError as error:
        return _refused(error, record, None)
    try:
        return Accepted(_checked(arrival, topic, record))
    except ProtocolError as error:
        return _refused(error, record, topic.address)


def _checked(arrival: Arrival, topic: Topic, record: str | None) -> Uplink:
    message = decode(arrival.body, arrival.content_type)
    found = topic_of(message)
    if found != topic:
        raise IdentifierError(f"expected a message for {topic}, found one for {found}")
    if record is not None and record != message.id:
        raise IdentifierError(
            f"expected record {record} of the correlation data, found {message.id}"
        )
    _check_time(message)
    if isinstance(message, ScanSample) and message.spectrum is not None:
        unpack(message.spectrum)
    return _uplink(message)


def _check_time(message: Message) -> None:
    """Refuse a time at the end of the calendar, which no store can hold in UTC."""
    try:
        message.at.astimezone(UTC)
    except OverflowError as error:
        raise MessageError(f"expected a time in UTC, found {message.at}") from error


def _uplink(message: Message) -> Uplink:
    if not isinstance(message, Uplink):
        raise IdentifierError(
            f"expected one of {', '.join(UPLINK_KINDS)}, found {kind_of(message)}"
        )
    return message


def _record_of(correlation: bytes | None) -> str | None:
    """Read the id that a sender repeats beside the body, if it is one."""
    text = (correlation or b"").decode("ascii", errors="replace")
    return text if re.fullmatch(RECORD_ID_PATTERN, text) else None


def _refused(
    error: Exception, record: str | None, address: DeviceAddress | None
) -> Refused:
    text = "".join(one if one.isprintable() else "?" for one in str(error))
    return Refused(text[:MAX_REASON], record, address)
