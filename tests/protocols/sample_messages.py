"""Fixed messages, one of every kind, which golden bytes are made of.

They must never change: a change here makes every golden file of version 1 a lie.
"""

from datetime import UTC, datetime

from protocols.identifiers import parse_address
from protocols.messages import (
    DeviceBirth,
    DeviceDeath,
    Estimate,
    Instrument,
    LabelledSample,
    LabValue,
    Message,
    Reading,
    Receipt,
    Rejection,
    ScanSample,
    UpdateOrder,
    UpdateReport,
)
from protocols.spectrum import pack, spectrum_of

AT = datetime(2026, 5, 4, 9, 30, 15, 250_000, tzinfo=UTC)
ADDRESS = "acme/home-farm/scanner-1"
TARGET = "oc_usda.c729_w.pct"
INSTRUMENT = Instrument(maker="Spectro", model="S-350", serial="0042")
MODEL = "ab" * 32


def id_of(number: int) -> str:
    """Return a record id that is easy to tell from the others."""
    return f"{number:032x}"


def birth_of(address: str = ADDRESS, record: str = id_of(1)) -> DeviceBirth:
    where = parse_address(address)
    return DeviceBirth(
        id=record,
        at=AT,
        tenant=where.tenant,
        farm=where.farm,
        device=where.device,
        software="terroir-edge 0.1.0",
        runtime="onnxruntime 1.31.1",
        instruments=(INSTRUMENT,),
        model=MODEL,
        waiting=3,
    )


def death_of(address: str = ADDRESS, record: str = id_of(2)) -> DeviceDeath:
    where = parse_address(address)
    return DeviceDeath(
        id=record,
        at=AT,
        tenant=where.tenant,
        farm=where.farm,
        device=where.device,
        clock_is_trusted=False,
        reason="lost",
    )


def scan_of(
    address: str = ADDRESS, record: str = id_of(3), sample: str = "A12"
) -> ScanSample:
    where = parse_address(address)
    # Plain float32 values: the bytes of a deflate stream may differ between zlibs.
    spectrum = spectrum_of([400.0, 410.0, 420.0, 430.0], [0.125, 0.25, 0.375, 0.5])
    return ScanSample(
        id=record,
        at=AT,
        tenant=where.tenant,
        farm=where.farm,
        device=where.device,
        sample=sample,
        instrument=INSTRUMENT,
        spectrum=pack(spectrum, "float32"),
    )


def reading_of(address: str = ADDRESS, record: str = id_of(4)) -> Reading:
    where = parse_address(address)
    return Reading(
        id=record,
        at=AT,
        tenant=where.tenant,
        farm=where.farm,
        device=where.device,
        scan=id_of(3),
        sample="A12",
        instrument=INSTRUMENT,
        model=MODEL,
        estimates=(Estimate(target=TARGET, unit="%", value=1.75, low=1.25, high=2.5),),
        novelty=0.5,
        is_flagged=False,
    )


def label_of(
    address: str = ADDRESS,
    record: str = id_of(5),
    sample: str = "A12",
    value: float = 1.875,
) -> LabelledSample:
    where = parse_address(address)
    return LabelledSample(
        id=record,
        at=AT,
        tenant=where.tenant,
        farm=where.farm,
        device=where.device,
        sample=sample,
        values=(LabValue(target=TARGET, unit="%", value=value),),
        laboratory="Soil laboratory",
    )


def report_of(address: str = ADDRESS, record: str = id_of(6)) -> UpdateReport:
    where = parse_address(address)
    return UpdateReport(
        id=record,
        at=AT,
        tenant=where.tenant,
        farm=where.farm,
        device=where.device,
        outcome="refused",
        running=MODEL,
        offered="cd" * 32,
        detail="expected golden vectors within 0.001, found 0.2",
    )


def receipt_of(address: str = ADDRESS, record: str = id_of(7)) -> Receipt:
    where = parse_address(address)
    return Receipt(
        id=record,
        at=AT,
        tenant=where.tenant,
        farm=where.farm,
        device=where.device,
        accepted=(id_of(3), id_of(5)),
        rejected=(Rejection(record=id_of(4), reason="expected %, found g/kg"),),
    )


def order_of(address: str = ADDRESS, record: str = id_of(8)) -> UpdateOrder:
    where = parse_address(address)
    return UpdateOrder(
        id=record,
        at=AT,
        tenant=where.tenant,
        farm=where.farm,
        device=where.device,
        package=MODEL,
        reason="10 new labels",
    )


def one_of_each() -> tuple[Message, ...]:
    """Return a message of every kind."""
    return (
        birth_of(),
        death_of(),
        scan_of(),
        reading_of(),
        label_of(),
        report_of(),
        receipt_of(),
        order_of(),
    )
