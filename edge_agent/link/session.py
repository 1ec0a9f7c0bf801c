"""What is said on one connection: birth, the outbox, receipts, goodbye."""

import select
import time
from collections.abc import Callable
from dataclasses import dataclass

from paho.mqtt.client import MQTTMessageInfo

from edge_agent.link.connection import Arrived, Connection
from edge_agent.link.downlink import Downlink
from edge_agent.link.outbox import Outbox
from edge_agent.record_author import RecordAuthor
from protocols.encoding import encode
from protocols.messages import DOWNLINK_KINDS, DeviceBirth, Message
from protocols.topics import Topic, topic_of

GOODBYE_S = 2.0


@dataclass(frozen=True)
class Correspondence:
    """What the device has to say and hear, on whatever connection."""

    author: RecordAuthor
    outbox: Outbox
    downlink: Downlink
    birth: Callable[[], DeviceBirth]


class Session:
    """One connection and what is in flight on it."""

    def __init__(self, connection: Connection, talk: Correspondence) -> None:
        self.connection = connection
        self._talk = talk

    def begin(self) -> None:
        """Ask for our downlink, say who we are and send what waits."""
        address = self._talk.author.address
        self.connection.subscribe(
            [str(Topic(address, kind)) for kind in DOWNLINK_KINDS]
        )
        self._publish(self._talk.birth())
        self._talk.outbox.start_again()
        self.flush()

    def due_at(self) -> float:
        """Return when the next receipt is overdue."""
        return self._talk.outbox.due_at()

    def flush(self) -> None:
        """Send the records whose turn it is."""
        address = self._talk.author.address
        for record in self._talk.outbox.take(time.monotonic()):
            topic = str(Topic(address, record.kind))
            self.connection.publish(topic, record.id, record.body)

    def expect_no_receipts(self) -> None:
        """Nobody listens at the cloud's end: try again soon instead of waiting."""
        self._talk.outbox.try_again_soon(time.monotonic())

    def receive(self, arrived: Arrived) -> None:
        """Take what came for us, and send what there is room for now."""
        self._talk.downlink.take(arrived)
        self.flush()

    def say_goodbye(self) -> None:
        """Tell the cloud that this end is meant, waiting a moment for its answer."""
        published = self._publish(self._talk.author.death("stopped"))
        self._drive_until(published.is_published)
        self.connection.say_goodbye()
        self._drive_until(lambda: self.connection.descriptor is None)

    def _publish(self, message: Message) -> MQTTMessageInfo:
        topic = str(topic_of(message))
        return self.connection.publish(topic, message.id, encode(message))

    def _drive_until(self, is_done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + GOODBYE_S
        while not is_done() and time.monotonic() < deadline:
            descriptor = self.connection.descriptor
            if descriptor is None:
                return
            writing = [descriptor] if self.connection.wants_to_write else []
            select.select([descriptor], writing, [], 0.1)
            self.connection.move()
