"""One service's connection to the broker: MQTT 5 over TLS 1.3, both sides certified.

It connects in the background and again whenever the connection breaks. What is
published meanwhile waits in memory. Callbacks that raise would silently end the
client's thread, so every one that is set here is guarded: it logs and goes on.
"""

import logging
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from paho.mqtt.client import Client, MQTTMessageInfo, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from protocols.encoding import MSGPACK, encode
from protocols.messages import Downlink
from protocols.topics import topic_of
from trainer.settings import Endpoint
from trainer.workspace import ClientFiles

LOG = logging.getLogger(__name__)
KEEPALIVE_S = 30
RECONNECT_AFTER_S = (1, 15)
"""The shortest and the longest wait before another try."""
QOS = 1

Parameters = ParamSpec("Parameters")


@dataclass(frozen=True)
class ServiceIdentity:
    """As whom a service connects, and whether the broker keeps its session."""

    name: str
    files: ClientFiles
    session_expiry_s: int = 0


def guarded(callback: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Return a callback that logs what it raises, for paho would end its thread."""

    @wraps(callback)
    def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except Exception:
            LOG.exception("a callback of the broker connection failed")

    return call


def make_client(identity: ServiceIdentity) -> Client:
    """Return a client that is not connected yet and acknowledges by hand."""
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=identity.name,
        protocol=MQTTv5,
        manual_ack=True,
    )
    client.tls_set_context(_tls_context(identity.files))
    client.reconnect_delay_set(*RECONNECT_AFTER_S)
    client.on_socket_open = guarded(send_at_once)
    client.on_connect_fail = guarded(_on_connect_fail)
    return client


def connect(client: Client, endpoint: Endpoint, identity: ServiceIdentity) -> None:
    """Start connecting in a thread of the client's own; return at once."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho gives it no types
    properties.SessionExpiryInterval = identity.session_expiry_s
    client.connect_async(
        endpoint.host,
        endpoint.port,
        KEEPALIVE_S,
        clean_start=identity.session_expiry_s == 0,
        properties=properties,
    )
    client.loop_start()


def disconnect(client: Client) -> None:
    """Say goodbye and end the client's thread."""
    client.disconnect()
    client.loop_stop()


def downlink_properties(message: Downlink) -> Properties:
    """Return what goes beside the body of a message to a device."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho gives it no types
    properties.ContentType = MSGPACK
    properties.CorrelationData = message.id.encode()
    return properties


def send(client: Client, message: Downlink) -> MQTTMessageInfo:
    """Publish a message to its device; the broker keeps it for one that sleeps."""
    return client.publish(
        str(topic_of(message)),
        encode(message),
        qos=QOS,
        properties=downlink_properties(message),
    )


def _tls_context(files: ClientFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(files.authority)
    context.load_cert_chain(files.certificate, files.key)
    return context


def send_at_once(_client: Client, _userdata: object, connection: object) -> None:
    """Send small packets as they come; waiting for more costs 40 ms a receipt."""
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _on_connect_fail(_client: Client, _userdata: object) -> None:
    LOG.warning("the broker does not answer; trying again")
