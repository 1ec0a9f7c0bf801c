"""The cloud's side of the broker for edge tests: takes records, answers with receipts.

Keeps what it took in memory and can be told to withhold receipts or to reject.
"""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, TypeVar

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.link.connection import record_properties
from protocols.encoding import decode, encode
from protocols.identifiers import DeviceAddress, new_record_id
from protocols.messages import (
    UPLINK_KINDS,
    DeviceBirth,
    DeviceDeath,
    Message,
    Receipt,
    Record,
    Rejection,
    UpdateOrder,
)
from protocols.topics import every_device, topic_of
from tests.simulators.certificates import CertificateFiles
from tests.simulators.waiting import wait_until

Kind = TypeVar("Kind", bound=Record)


class Heading(TypedDict):
    """What every record starts with."""

    id: str
    at: datetime
    tenant: str
    farm: str
    device: str


class CloudDesk:
    """A connected cloud service."""

    def __init__(self, port: int, authority: Path, files: CertificateFiles) -> None:
        self.taken: list[Message] = []
        self.gives_receipts = True
        self.rejects: str | None = None
        self._subscribed = threading.Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id="cloud-ingest",
            protocol=MQTTProtocolVersion.MQTTv5,
        )
        self._client.tls_set(str(authority), str(files.certificate), str(files.key))
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port, clean_start=False)
        self._client.loop_start()
        wait_until(self._subscribed.is_set, "the cloud's subscriptions granted")

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()

    def of_kind(self, kind: type[Kind]) -> list[Kind]:
        """Return what came of one kind, repetitions included."""
        return [one for one in self.taken if isinstance(one, kind)]

    def order_update(self, address: DeviceAddress, digest: str) -> None:
        """Tell a device that a model awaits."""
        self.send(UpdateOrder(**_heading(address), package=digest, reason="test"))

    def send(self, message: Message) -> None:
        """Send any message to the device it names."""
        self.send_bytes(str(topic_of(message)), encode(message), message.id)

    def send_bytes(self, topic: str, body: bytes, record_id: str = "0" * 32) -> None:
        """Send anything at all."""
        properties = record_properties(PacketTypes.PUBLISH, record_id)
        self._client.publish(topic, body, 1, properties=properties)

    def _on_connect(
        self,
        client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        _code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        client.subscribe([(every_device(kind), 1) for kind in UPLINK_KINDS])

    def _on_message(self, _client: Client, _userdata: object, raw: MQTTMessage) -> None:
        message = decode(bytes(raw.payload))
        self.taken.append(message)
        if self.gives_receipts and not isinstance(message, DeviceBirth | DeviceDeath):
            self._answer(message)

    def _answer(self, message: Message) -> None:
        heading = _heading(message.address)
        if self.rejects is None:
            self.send(Receipt(**heading, accepted=(message.id,)))
        else:
            refused = Rejection(record=message.id, reason=self.rejects)
            self.send(Receipt(**heading, rejected=(refused,)))


def _heading(address: DeviceAddress) -> Heading:
    now = datetime.now(UTC)
    return Heading(
        id=new_record_id(int(now.timestamp() * 1000)),
        at=now,
        tenant=address.tenant,
        farm=address.farm,
        device=address.device,
    )
