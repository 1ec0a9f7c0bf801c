"""Write the receipts for a batch, one a device.

A device takes its records out of its outbox on the strength of these, so they are
written from what the commit said, never from what was hoped.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from protocols.identifiers import DeviceAddress, new_record_id
from protocols.messages import Receipt, Rejection


@dataclass(frozen=True)
class Verdict:
    """What became of one record; a reason means that it was refused."""

    address: DeviceAddress
    record: str
    reason: str | None = None


def receipts_for(verdicts: Iterable[Verdict], now: datetime) -> list[Receipt]:
    """Return one receipt for every device in a batch."""
    by_device: dict[DeviceAddress, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_device[verdict.address].append(verdict)
    return [_receipt(address, found, now) for address, found in by_device.items()]


def _receipt(address: DeviceAddress, verdicts: list[Verdict], now: datetime) -> Receipt:
    return Receipt(
        id=new_record_id(int(now.timestamp() * 1000)),
        at=now,
        tenant=address.tenant,
        farm=address.farm,
        device=address.device,
        accepted=tuple(one.record for one in verdicts if one.reason is None),
        rejected=tuple(
            Rejection(record=one.record, reason=one.reason)
            for one in verdicts
            if one.reason is not None
        ),
    )
