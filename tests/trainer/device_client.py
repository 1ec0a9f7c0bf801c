"""A bare MQTT client that shows a device's certificate, to try the border with."""

import contextlib
import queue
import ssl
from collections.abc import Callable, Iterator

from paho.mqtt.client import (
    Client,
    ConnectFlags,
    DisconnectFlags,
    MQTTMessage,
    MQTTv5,
)
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from protocols.encoding import MSGPACK, decode, encode
from protocols.messages import Message, Receipt
from protocols.topics import topic_of
from trainer.broker_connection import guarded, send_at_once
from trainer.settings import Endpoint
from trainer.workspace import ClientFiles

WITHIN_S = 10.0


class DeviceClient:
    """One connection; what it is sent waits in `inbox`, what ends it in `ends`."""

    def __init__(self, files: ClientFiles, client_id: str = "") -> None:
        self.inbox: queue.SimpleQueue[MQTTMessage] = queue.SimpleQueue()
        self.connected: queue.SimpleQueue[ReasonCode] = queue.SimpleQueue()
        self.ends: queue.SimpleQueue[ReasonCode] = queue.SimpleQueue()
        self._subscribed: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTv5
        )
        context = ssl.create_default_context(cafile=str(files.authority))
        context.load_cert_chain(files.certificate, files.key)
        self._client.tls_set_context(context)
        self._client.on_socket_open = guarded(send_at_once)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.on_subscribe = self._on_subscribe

    def connect(self, endpoint: Endpoint, *, session_expiry_s: int = 0) -> None:
        """Connect, and wait until the broker has let us in."""
        self.begin_connecting(endpoint, session_expiry_s=session_expiry_s)
        assert not self.connected.get(timeout=WITHIN_S).is_failure

    def begin_connecting(
        self, endpoint: Endpoint, *, session_expiry_s: int = 0
    ) -> None:
        """Connect, whatever comes of it."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho gives it no types
        properties.SessionExpiryInterval = session_expiry_s
        self._client.connect(
            endpoint.host,
            endpoint.port,
            clean_start=session_expiry_s == 0,
            properties=properties,
        )
        self._client.loop_start()

    def close(self) -> None:
        """Say goodbye."""
        self._client.disconnect()
        self._client.loop_stop()

    def subscribe(self, topic: str) -> None:
        """Subscribe, and wait until the broker knows it."""
        self._client.subscribe(topic, qos=1)
        self._subscribed.get(timeout=WITHIN_S)

    def publish(
        self,
        topic: str,
        body: bytes,
        record: str | None = None,
        content_type: str = MSGPACK,
    ) -> None:
        """Publish and wait until the broker has it."""
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho gives it no types
        properties.ContentType = content_type
        if record is not None:
            properties.CorrelationData = record.encode()
        info = self._client.publish(topic, body, qos=1, properties=properties)
        info.wait_for_publish(WITHIN_S)

    def send(self, message: Message) -> None:
        """Publish a message as a device does."""
        self.publish(str(topic_of(message)), encode(message), message.id)

    def next_message(self) -> Message:
        """Return the next message from the cloud, waiting for it."""
        return decode(bytes(self.inbox.get(timeout=WITHIN_S).payload))

    def receipts_until(
        self, is_enough: Callable[[list[Receipt]], bool]
    ) -> list[Receipt]:
        """Collect receipts until they are enough."""
        receipts: list[Receipt] = []
        while not is_enough(receipts):
            message = self.next_message()
            assert isinstance(message, Receipt)
            receipts.append(message)
        return receipts

    def _on_connect(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self.connected.put(reason)

    def _on_subscribe(
        self,
        _client: Client,
        _userdata: object,
        mid: int,
        _reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        self._subscribed.put(mid)

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self.ends.put(reason)

    def _on_message(
        self, _client: Client, _userdata: object, message: MQTTMessage
    ) -> None:
        self.inbox.put(message)


@contextlib.contextmanager
def connected_device(
    files: ClientFiles, endpoint: Endpoint, *, session_expiry_s: int = 0
) -> Iterator[DeviceClient]:
    device = DeviceClient(files)
    device.connect(endpoint, session_expiry_s=session_expiry_s)
    try:
        yield device
    finally:
        device.close()
