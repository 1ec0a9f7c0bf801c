"""Every message that travels between a device and the cloud, version 1.

A message says who, when and in which unit, and carries an id made once by its author.
Unknown fields are ignored, so that a newer sender can say more; missing or mistyped
ones are refused.
"""

import math
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from protocols.identifiers import (
    DeviceAddress,
    Digest,
    Name,
    RecordId,
    SampleId,
)
from protocols.limits import (
    MAX_BANDS,
    MAX_RECORDS_PER_RECEIPT,
    MAX_TEXT,
    MAX_VALUES_PER_LABEL,
)
from protocols.units import TargetName, Unit, check_unit

UtcTime = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
ShortText = Annotated[str, msgspec.Meta(max_length=80)]
Bands = Annotated[int, msgspec.Meta(ge=2, le=MAX_BANDS)]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What every message says first.

    Attributes:
        id: The author's id of this record, the key of every receipt.
        at: When it was made, by the author's clock.
        tenant: Whose data it is.
        farm: On which farm it was made.
        device: By which device, or for which device.
        clock_is_trusted: Whether the author had reason to believe its clock.
    """

    id: RecordId
    at: UtcTime
    tenant: Name
    farm: Name
    device: Name
    clock_is_trusted: bool = True

    @property
    def address(self) -> DeviceAddress:
        """The device this record comes from or goes to."""
        return DeviceAddress(self.tenant, self.farm, self.device)


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """The spectrometer that took a scan."""

    maker: ShortText
    model: ShortText
    serial: ShortText


class EvenAxis(msgspec.Struct, frozen=True, kw_only=True, tag="even"):
    """Bands at equal steps."""

    first_nm: float
    step_nm: float
    bands: Bands


class ListedAxis(msgspec.Struct, frozen=True, kw_only=True, tag="listed"):
    """Bands at any wavelengths, as little-endian float32 of nanometres, deflated."""

    bands: Bands
    wavelengths_nm: bytes


class PackedSpectrum(msgspec.Struct, frozen=True, kw_only=True):
    """A spectrum as it travels; `protocols.spectrum` packs and unpacks it.

    Attributes:
        axis: Where the bands lie.
        quantity: What was measured, always a fraction.
        encoding: How `data` holds the values.
        low: The value that the smallest code stands for (16-bit only).
        high: The value that the largest code stands for (16-bit only).
        data: The values.
    """

    axis: EvenAxis | ListedAxis
    quantity: Literal["reflectance"] = "reflectance"
    encoding: Literal["float32", "uint16-delta-zlib"]
    low: float = 0.0
    high: float = 0.0
    data: bytes


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What the model says of one soil property."""

    target: TargetName
    unit: Unit
    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse an estimate whose interval does not hold its value."""
        check_unit(self.target, self.unit)
        if not all(map(math.isfinite, (self.low, self.value, self.high))):
            raise ValueError(f"expected finite numbers, found {self}")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"expected low <= value <= high, found {self}")


class LabValue(msgspec.Struct, frozen=True, kw_only=True):
    """What a laboratory found."""

    target: TargetName
    unit: Unit
    value: float

    def __post_init__(self) -> None:
        """Refuse a value that is no number or has another property's unit."""
        check_unit(self.target, self.unit)
        if not math.isfinite(self.value):
            raise ValueError(f"expected a finite number, found {self.value}")


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """Why the cloud will never take a record."""

    record: RecordId
    reason: Text


class DeviceBirth(Record, frozen=True, kw_only=True, tag="birth", tag_field="kind"):
    """A device has come online: what it is and which model it runs."""

    software: ShortText
    runtime: ShortText
    instruments: tuple[Instrument, ...] = ()
    model: Digest | None = None
    waiting: Annotated[int, msgspec.Meta(ge=0)] = 0


class DeviceDeath(Record, frozen=True, kw_only=True, tag="death", tag_field="kind"):
    """A device has gone: it said so, or the broker noticed."""

    reason: Literal["stopped", "lost"]


class ScanSample(Record, frozen=True, kw_only=True, tag="scan", tag_field="kind"):
    """One scan of one soil sample, or the reason why it was refused."""

    sample: SampleId
    instrument: Instrument
    spectrum: PackedSpectrum | None = None
    refusal: Text | None = None


class Reading(Record, frozen=True, kw_only=True, tag="reading", tag_field="kind"):
    """What a model made of one scan."""

    scan: RecordId
    sample: SampleId
    instrument: Instrument
    model: Digest
    estimates: tuple[Estimate, ...]
    novelty: Annotated[float, msgspec.Meta(ge=0)]
    is_flagged: bool

    def __post_init__(self) -> None:
        """Refuse a novelty that is no number."""
        if not math.isfinite(self.novelty):
            raise ValueError(f"expected a finite novelty, found {self.novelty}")


class LabelledSample(Record, frozen=True, kw_only=True, tag="label", tag_field="kind"):
    """What a laboratory found in one soil sample."""

    sample: SampleId
    values: Annotated[
        tuple[LabValue, ...],
        msgspec.Meta(min_length=1, max_length=MAX_VALUES_PER_LABEL),
    ]
    laboratory: ShortText | None = None


class UpdateReport(Record, frozen=True, kw_only=True, tag="report", tag_field="kind"):
    """What became of one look for a better model."""

    outcome: Literal["activated", "current", "refused", "unreachable"]
    running: Digest | None = None
    offered: Digest | None = None
    detail: Text = ""


class Receipt(Record, frozen=True, kw_only=True, tag="receipt", tag_field="kind"):
    """The cloud has committed these records, or will never take them."""

    accepted: Annotated[
        tuple[RecordId, ...], msgspec.Meta(max_length=MAX_RECORDS_PER_RECEIPT)
    ] = ()
    rejected: Annotated[
        tuple[Rejection, ...], msgspec.Meta(max_length=MAX_RECORDS_PER_RECEIPT)
    ] = ()


class UpdateOrder(Record, frozen=True, kw_only=True, tag="order", tag_field="kind"):
    """A model for this farm awaits; the device fetches and verifies it itself."""

    package: Digest
    reason: Text = ""


Uplink = (
    DeviceBirth | DeviceDeath | ScanSample | Reading | LabelledSample | UpdateReport
)
Downlink = Receipt | UpdateOrder
Message = Uplink | Downlink

UPLINK_KINDS = ("birth", "death", "scan", "reading", "label", "report")
DOWNLINK_KINDS = ("receipt", "order")
KINDS = (*UPLINK_KINDS, *DOWNLINK_KINDS)


def kind_of(message: Message) -> str:
    """Return the last word of the topic that this message travels on."""
    return str(message.__struct_config__.tag)
