"""Topics: `terroir/v1/{tenant}/{farm}/{device}/{kind}`, built and read here only."""

import msgspec

from protocols.errors import IdentifierError
from protocols.identifiers import DeviceAddress, parse_address
from protocols.messages import KINDS, Message, kind_of

PREFIX = "terroir/v1"


class Topic(msgspec.Struct, frozen=True):
    """One device's channel for one kind of message."""

    address: DeviceAddress
    kind: str

    def __str__(self) -> str:
        """Return the topic as the broker sees it."""
        return f"{PREFIX}/{self.address}/{self.kind}"


def topic_of(message: Message) -> Topic:
    """Return the topic that `message` must travel on."""
    return Topic(message.address, kind_of(message))


def parse_topic(text: str) -> Topic:
    """Read a topic; anything but one of ours is an IdentifierError."""
    if not text.startswith(PREFIX + "/"):
        raise IdentifierError(f"expected a topic under {PREFIX}, found {text[:200]!r}")
    address, _, kind = text[len(PREFIX) + 1 :].rpartition("/")
    if kind not in KINDS:
        raise IdentifierError(f"expected one of {', '.join(KINDS)}, found {kind!r}")
    return Topic(parse_address(address), kind)


def every_device(kind: str) -> str:
    """Return the filter for one kind of message from every device."""
    return f"{PREFIX}/+/+/+/{kind}"


def shared_by(group: str, topic_filter: str) -> str:
    """Return a filter whose messages the members of `group` divide among them."""
    return f"$share/{group}/{topic_filter}"
