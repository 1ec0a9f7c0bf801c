"""Tell devices that a model awaits; the broker keeps the order for one that sleeps."""

import logging
import threading
from datetime import UTC, datetime
from typing import Protocol

from paho.mqtt.client import Client
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from protocols.identifiers import DeviceAddress, new_record_id
from protocols.messages import UpdateOrder
from trainer.broker_connection import (
    ServiceIdentity,
    connect,
    disconnect,
    guarded,
    make_client,
    send,
)
from trainer.settings import Endpoint

LOG = logging.getLogger(__name__)
SENT_WITHIN_S = 10.0


class OrderDesk(Protocol):
    """Sends a farm's devices for their new model."""

    def send(self, device: DeviceAddress, package: str, reason: str) -> None:
        """Tell one device; it fetches and verifies the package itself."""


class BrokerOrderDesk:
    """Sends orders through the broker, over a connection of its own."""

    def __init__(self, identity: ServiceIdentity, endpoint: Endpoint) -> None:
        """Start connecting; orders wait in memory until that is done."""
        self._changed = threading.Condition()
        self._given: set[int] = set()
        self._taken: set[int] = set()
        self._client = make_client(identity)
        self._client.on_publish = guarded(self._on_publish)
        connect(self._client, endpoint, identity)

    def send(self, device: DeviceAddress, package: str, reason: str) -> None:
        """Publish the order; one the broker misses now goes out on reconnecting."""
        info = send(self._client, order_for(device, package, reason))
        with self._changed:
            self._given.add(info.mid)

    def close(self) -> None:
        """Give the broker a while to take what is left, then say goodbye."""
        with self._changed:
            all_taken = self._changed.wait_for(
                lambda: self._given <= self._taken, SENT_WITHIN_S
            )
        if not all_taken:
            LOG.warning("the broker did not take all orders; devices look themselves")
        disconnect(self._client)

    def _on_publish(
        self,
        _client: Client,
        _userdata: object,
        mid: int,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        with self._changed:
            self._taken.add(mid)
            self._changed.notify_all()


def order_for(device: DeviceAddress, package: str, reason: str) -> UpdateOrder:
    """Return the message that sends a device for a package."""
    now = datetime.now(UTC)
    return UpdateOrder(
        id=new_record_id(int(now.timestamp() * 1000)),
        at=now,
        tenant=device.tenant,
        farm=device.farm,
        device=device.device,
        package=package,
        reason=reason,
    )
