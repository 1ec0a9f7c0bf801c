"""The ingest process: shared subscription, commit, receipt, and then PUBACK.

The broker's thread only puts messages into a queue; this one takes them out in batches.
While the store cannot write, nothing is acknowledged and nothing is receipted: the
batch is tried again, more and more slowly, and the broker and the devices keep theirs.
"""

import logging
import queue
import threading
import time
from dataclasses import dataclass

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from protocols.messages import Receipt
from trainer.broker_connection import (
    QOS,
    ServiceIdentity,
    connect,
    disconnect,
    guarded,
    make_client,
    send,
)
from trainer.errors import StoreError
from trainer.identity.broker_configuration import ingest_filters
from trainer.ingest.intake import Intake
from trainer.ingest.judgement import Arrival
from trainer.settings import Endpoint, IngestSettings

LOG = logging.getLogger(__name__)
LOOK_FOR_STOP_EVERY_S = 0.2
RETRY_AFTER_S = (0.1, 10.0)
RECEIPT_WITHIN_S = 5.0
FIRST_REFUSAL = 128
"""MQTT 5 reason codes from here on are refusals."""


@dataclass(frozen=True)
class Delivery:
    """A message, and the connection that its acknowledgement belongs to."""

    message: MQTTMessage
    connection: int


class IngestService:
    """One ingest; several of them, each with its own name, share the load."""

    def __init__(
        self, intake: Intake, identity: ServiceIdentity, settings: IngestSettings
    ) -> None:
        """Prepare to ingest; `run` connects."""
        self._intake = intake
        self._identity = identity
        self._settings = settings
        self._deliveries: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._connection = 0
        self._taken_in = 0
        self._client = make_client(identity)
        self._client.on_connect = guarded(self._on_connect)
        self._client.on_subscribe = guarded(self._on_subscribe)
        self._client.on_message = guarded(self._on_message)
        self._client.on_disconnect = guarded(self._on_disconnect)

    def run(self, endpoint: Endpoint, stop: threading.Event) -> None:
        """Ingest until `stop` is set; a batch that was begun is ended first."""
        connect(self._client, endpoint, self._identity)
        try:
            while not stop.is_set():
                batch = self._gather()
                if batch:
                    self._ingest(batch, stop)
        finally:
            disconnect(self._client)
            LOG.info("ingest has stopped; messages taken in: %d", self._taken_in)

    def _gather(self) -> list[Delivery]:
        """Wait for a message, then a moment longer for those behind it."""
        try:
            batch = [self._deliveries.get(timeout=LOOK_FOR_STOP_EVERY_S)]
        except queue.Empty:
            return []
        until = time.monotonic() + self._settings.batch_wait_s
        while len(batch) < self._settings.batch_records:
            try:
                left_s = max(0.0, until - time.monotonic())
                batch.append(self._deliveries.get(timeout=left_s))
            except queue.Empty:
                break
        return batch

    def _ingest(self, batch: list[Delivery], stop: threading.Event) -> None:
        receipts = self._commit([_arrival_of(one.message) for one in batch], stop)
        if receipts is None:
            return
        self._taken_in += len(batch)
        self._send(receipts)
        for delivery in batch:
            if delivery.connection == self._connection:
                self._client.ack(delivery.message.mid, delivery.message.qos)

    def _commit(
        self, arrivals: list[Arrival], stop: threading.Event
    ) -> list[Receipt] | None:
        """Commit a batch however often it takes; None if stopped before that."""
        wait_s, longest_s = RETRY_AFTER_S
        while True:
            try:
                return self._intake.take(arrivals)
            except StoreError:
                LOG.exception("could not commit; trying again in %g s", wait_s)
            if stop.wait(wait_s):
                return None
            wait_s = min(wait_s * 2, longest_s)

    def _send(self, receipts: list[Receipt]) -> None:
        """Hand receipts to the broker; those that it misses it gets on reconnecting."""
        sent = [send(self._client, receipt) for receipt in receipts]
        for info in sent:
            if info.rc == 0:
                info.wait_for_publish(RECEIPT_WITHIN_S)

    def _on_connect(
        self,
        client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            LOG.warning("the broker refused the connection: %s", reason)
            return
        self._connection += 1
        filters = [(one, SubscribeOptions(qos=QOS)) for one in ingest_filters()]
        client.subscribe(filters)

    def _on_subscribe(
        self,
        _client: Client,
        _userdata: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        refused = [str(one) for one in reasons if one.value >= FIRST_REFUSAL]
        if refused:
            LOG.error("the broker refused subscriptions: %s", ", ".join(refused))
            return
        LOG.info("ingest is connected as %s", self._identity.name)

    def _on_message(
        self, _client: Client, _userdata: object, message: MQTTMessage
    ) -> None:
        self._deliveries.put(Delivery(message, self._connection))

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        LOG.info("ingest is disconnected: %s", reason)


def _arrival_of(message: MQTTMessage) -> Arrival:
    properties = message.properties
    return Arrival(
        topic=message.topic,
        body=bytes(message.payload),
        content_type=getattr(properties, "ContentType", None),
        correlation=getattr(properties, "CorrelationData", None),
    )
