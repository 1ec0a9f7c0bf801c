"""Writes what the device says: every record with who, when, and how sure of the time.

Ids of scans and their readings belong to the scan file's content, so that reading the
same file again after a crash writes the same records.
"""

from typing import Literal, TypedDict

from edge_agent.clock import Clock, is_trusted
from edge_agent.predictor.wire import ScanAnswer
from edge_agent.updates.outcome import UpdateResult
from protocols.graph_contract import EDGE_OF_DOMAIN
from protocols.identifiers import DeviceAddress, new_record_id, record_id_of
from protocols.limits import MAX_TEXT
from protocols.messages import (
    DeviceBirth,
    DeviceDeath,
    Instrument,
    LabelledSample,
    LabValue,
    Reading,
    ScanSample,
    UpdateReport,
    UtcTime,
)

VERSION = "0.1.0"


class Heading(TypedDict):
    """What every record of this device starts with, apart from its id."""

    at: UtcTime
    tenant: str
    farm: str
    device: str
    clock_is_trusted: bool


class RecordAuthor:
    """Writes the records of one device."""

    def __init__(
        self, address: DeviceAddress, instrument: Instrument, clock: Clock
    ) -> None:
        self.address = address
        self._instrument = instrument
        self._clock = clock

    def scan_id(self, file: str, data: bytes) -> str:
        """Return the id that belongs to this scan file."""
        return record_id_of(str(self.address).encode(), file.encode(), data)

    def scan(self, scan_id: str, answer: ScanAnswer) -> ScanSample:
        """Write down a scan, or why it was refused."""
        refusal = answer.refusal
        return ScanSample(
            **self._heading(),
            id=scan_id,
            sample=answer.sample,
            instrument=answer.instrument or self._instrument,
            spectrum=answer.spectrum,
            refusal=None if refusal is None else refusal[:MAX_TEXT],
        )

    def readings(self, scan: ScanSample, answer: ScanAnswer) -> tuple[Reading, ...]:
        """Write down what the model made of a scan, if it made anything."""
        if answer.model is None or not answer.estimates:
            return ()
        reading = Reading(
            **self._heading(),
            id=record_id_of(b"reading", scan.id.encode()),
            scan=scan.id,
            sample=scan.sample,
            instrument=scan.instrument,
            model=answer.model,
            estimates=answer.estimates,
            novelty=answer.novelty,
            is_flagged=answer.novelty > EDGE_OF_DOMAIN,
        )
        return (reading,)

    def label(
        self, sample: str, values: tuple[LabValue, ...], laboratory: str | None
    ) -> LabelledSample:
        """Write down what a laboratory found."""
        return LabelledSample(
            **self._heading(),
            id=self._new_id(),
            sample=sample,
            values=values,
            laboratory=laboratory,
        )

    def report(self, result: UpdateResult) -> UpdateReport:
        """Write down what became of a look for a better model."""
        return UpdateReport(
            **self._heading(),
            id=self._new_id(),
            outcome=result.outcome,
            running=result.running,
            offered=result.offered,
            detail=result.detail[:MAX_TEXT],
        )

    def birth(self, model: str | None, waiting: int, runtime: str) -> DeviceBirth:
        """Say that the device is online, and what it is."""
        return DeviceBirth(
            **self._heading(),
            id=self._new_id(),
            software=f"terroir-edge {VERSION}",
            runtime=runtime,
            instruments=(self._instrument,),
            model=model,
            waiting=waiting,
        )

    def death(self, reason: Literal["stopped", "lost"]) -> DeviceDeath:
        """Say that the device goes, or leave word for the case that it is lost."""
        return DeviceDeath(**self._heading(), id=self._new_id(), reason=reason)

    def _heading(self) -> Heading:
        now = self._clock.now()
        return Heading(
            at=now,
            tenant=self.address.tenant,
            farm=self.address.farm,
            device=self.address.device,
            clock_is_trusted=is_trusted(now),
        )

    def _new_id(self) -> str:
        return new_record_id(int(self._clock.now().timestamp() * 1000))
