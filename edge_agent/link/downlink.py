"""What the cloud says to a device, read once at the border.

What cannot be read, or is meant for somebody else, is counted and ignored: a device
must not stop because somebody sends it nonsense.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from edge_agent.clock import Clock
from edge_agent.errors import JournalError
from edge_agent.journal.journal import Journal
from edge_agent.link.connection import Arrived
from protocols.encoding import decode
from protocols.errors import MessageError
from protocols.identifiers import DeviceAddress
from protocols.messages import Receipt, UpdateOrder

logger = logging.getLogger(__name__)


@dataclass
class Downlink:
    """Settles receipts and hands orders on."""

    address: DeviceAddress
    journal: Journal
    clock: Clock
    on_order: Callable[[UpdateOrder], None]
    ignored: int = 0

    def take(self, arrived: Arrived) -> None:
        """Do what a message from the cloud asks."""
        try:
            message = decode(arrived.body, arrived.content_type)
        except MessageError as error:
            self._ignore(arrived, str(error))
            return
        if message.address != self.address:
            self._ignore(arrived, f"it is for {message.address}")
        elif isinstance(message, Receipt):
            self._settle(message)
        elif isinstance(message, UpdateOrder):
            logger.info("asked to look for model %s", message.package[:12])
            self.on_order(message)
        else:
            self._ignore(arrived, "it is no receipt and no order")

    def _settle(self, receipt: Receipt) -> None:
        try:
            settled = self.journal.settle(receipt, self.clock.now())
        except JournalError as error:
            # The records are sent again later, and receipted again.
            logger.warning("a receipt cannot be kept: %s", error)
            return
        logger.debug("a receipt settled %d records", settled)
        for one in receipt.rejected:
            logger.warning("the cloud rejected %s: %s", one.record, one.reason)

    def _ignore(self, arrived: Arrived, reason: str) -> None:
        self.ignored += 1
        logger.warning("ignored what came on %s: %s", arrived.topic, reason)
