"""What the device said of each scan that was no soil."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from deploy.world import Device


@dataclass(frozen=True)
class OddVerdict:
    """One odd scan: refused for a reason, or read with a novelty."""

    sample: str
    refusal: str | None
    novelty: float | None
    is_flagged: bool

    @property
    def is_taken(self) -> bool:
        """Whether the device read it as if it were a soil of the farm."""
        return self.refusal is None and not self.is_flagged

    def __str__(self) -> str:
        """Return the verdict as a line of the table."""
        if self.refusal is not None:
            return f"refused: {self.refusal}"
        flag = "flagged" if self.is_flagged else "NOT flagged"
        return f"{flag}, novelty {self.novelty:.2f}"


def verdicts_on(device: Device, samples: tuple[str, ...]) -> tuple[OddVerdict, ...]:
    """Look up each odd scan in the device's journal and readings."""
    refusals = _refusals(device)
    readings = {one["sample"]: one for one in device.readings()}
    return tuple(
        OddVerdict(
            sample=sample,
            refusal=refusals.get(sample),
            novelty=readings[sample]["novelty"] if sample in readings else None,
            is_flagged=sample in readings and readings[sample]["flagged"],
        )
        for sample in samples
    )


def _refusals(device: Device) -> dict[str, str]:
    with closing(sqlite3.connect(f"file:{device.journal}?mode=ro", uri=True)) as reader:
        query = "SELECT sample, refusal FROM scans WHERE refusal IS NOT NULL"
        return dict(reader.execute(query).fetchall())
