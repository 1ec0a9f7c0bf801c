"""One connection to the broker, from its dial to its end; never used again.

The client's callbacks only note what happened; the loop takes the notes afterwards.
So no exception can escape into the client, and none can stop it silently.
"""

import socket
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from paho.mqtt.client import (
    Client,
    ConnectFlags,
    DisconnectFlags,
    MQTTMessage,
    MQTTMessageInfo,
)
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.device_tls import device_context
from edge_agent.settings import BrokerSettings
from protocols.encoding import MSGPACK, encode
from protocols.messages import Message
from protocols.topics import topic_of

QOS = 1
NO_MATCHING_SUBSCRIBERS = 0x10
"""MQTT 5's answer where nobody took the message: no failure, but no receipt either."""


@dataclass(frozen=True)
class Accepted:
    """The broker has let us in."""


@dataclass(frozen=True)
class Lost:
    """The connection has ended, or was refused."""

    reason: str


@dataclass(frozen=True)
class Denied:
    """The broker took a message and threw it away."""

    reason: str


@dataclass(frozen=True)
class Unheard:
    """The broker took a message that nobody listens for."""


@dataclass(frozen=True)
class Arrived:
    """Something came for us."""

    topic: str
    body: bytes
    content_type: str | None


Note = Accepted | Lost | Denied | Unheard | Arrived


class Connection:
    """A connection that has been dialled and is driven by the loop."""

    def __init__(self, client: Client, notes: deque[Note]) -> None:
        self._client = client
        self._notes = notes

    @property
    def descriptor(self) -> int | None:
        """The socket's descriptor, None once it is closed."""
        found = self._client.socket()
        return None if found is None else found.fileno()

    @property
    def wants_to_write(self) -> bool:
        """Whether something waits to be written."""
        return self._client.want_write()

    def move(self) -> None:
        """Read and write what the socket allows now."""
        self._check(self._client.loop_read())
        while (found := self._client.socket()) is not None and _is_pending(found):
            self._check(self._client.loop_read())
        if self._client.want_write():
            self._check(self._client.loop_write())

    def keep_alive(self) -> None:
        """Ping the broker when nothing else was said for long."""
        self._check(self._client.loop_misc())

    def take_notes(self) -> list[Note]:
        """Return what happened since the last time."""
        notes = list(self._notes)
        self._notes.clear()
        return notes

    def subscribe(self, topic_filters: list[str]) -> None:
        """Ask for what the cloud sends us."""
        self._client.subscribe([(one, QOS) for one in topic_filters])

    def publish(self, topic: str, record_id: str, body: bytes) -> MQTTMessageInfo:
        """Send a record."""
        properties = record_properties(PacketTypes.PUBLISH, record_id)
        return self._client.publish(topic, body, QOS, properties=properties)

    def say_goodbye(self) -> None:
        """Tell the broker that this end is meant."""
        self._client.disconnect()

    def close(self) -> None:
        """Close the socket, whatever state it is in."""
        self._client.on_disconnect = None
        found = self._client.socket()
        if found is not None:
            found.close()

    def _check(self, code: MQTTErrorCode) -> None:
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._notes.append(Lost(code.name))


def dial(broker: BrokerSettings, client_id: str, will: Message) -> Connection:
    """Connect to the broker; blocks for DNS, TCP and TLS, so not for the loop."""
    notes: deque[Note] = deque()
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=MQTTProtocolVersion.MQTTv5,
    )
    client.connect_timeout = broker.connect_timeout_s
    client.tls_set_context(device_context(broker))
    _set_will(client, will)
    _note_callbacks(client, notes)
    session = _properties(PacketTypes.CONNECT)
    session.SessionExpiryInterval = broker.session_expiry_s
    client.connect(
        broker.host,
        broker.port,
        broker.keepalive_s,
        clean_start=False,
        properties=session,
    )
    _send_at_once(client)
    return Connection(client, notes)


def _send_at_once(client: Client) -> None:
    """Do not hold small packets back; a receipt would wait 40 ms for its answer."""
    found = client.socket()
    if isinstance(found, socket.socket):
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def record_properties(packet_type: int, record_id: str) -> Properties:
    """Say how the body is written, and whose it is even if it cannot be read."""
    properties = _properties(packet_type)
    properties.ContentType = MSGPACK
    properties.CorrelationData = record_id.encode("ascii")
    return properties


def _properties(packet_type: int) -> Properties:
    make: Callable[[int], Properties] = Properties
    return make(packet_type)


def _set_will(client: Client, will: Message) -> None:
    properties = record_properties(PacketTypes.WILLMESSAGE, will.id)
    client.will_set(str(topic_of(will)), encode(will), QOS, properties=properties)


def _note_callbacks(client: Client, notes: deque[Note]) -> None:
    def on_connect(
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        notes.append(Lost(f"refused: {code}") if code.is_failure else Accepted())

    def on_disconnect(
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        notes.append(Lost(str(code)))

    def on_publish(
        _client: Client,
        _userdata: object,
        _mid: int,
        code: ReasonCode,
        _properties: Properties,
    ) -> None:
        if code.is_failure:
            notes.append(Denied(str(code)))
        elif code.value == NO_MATCHING_SUBSCRIBERS:
            notes.append(Unheard())

    def on_message(_client: Client, _userdata: object, message: MQTTMessage) -> None:
        content_type = getattr(message.properties, "ContentType", None)
        topic = message.topic
        notes.append(Arrived(topic, bytes(message.payload), content_type))

    client.on_connect = on_connect
    client.on_disconnect = on_disconnect
    client.on_publish = on_publish
    client.on_message = on_message


def _is_pending(found: object) -> bool:
    """Whether TLS has read more from the socket than it has handed out."""
    return isinstance(found, ssl.SSLSocket) and found.pending() > 0
