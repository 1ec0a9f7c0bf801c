"""One way of making a graph, and what was found of it."""

from dataclasses import dataclass

from protocols.package_manifest import Precision, Runtime
from trainer.export.export_budget import Format

WORST_ERROR = 0.05
"""In deviations of the worst target, on any single scan, whatever the budget."""

INFINITE = float("inf")


@dataclass(frozen=True)
class Way:
    """How a graph is made.

    Attributes:
        name: What tables call it.
        format: Of the file.
        precision: What most of its weights are.
        runtimes: Which of them tell the right numbers for such graphs.
        method: What was done to the weights, in words; nothing if nothing was.
        most_worst: The most that a single scan may be off by.
    """

    name: str
    format: Format
    precision: Precision
    runtimes: tuple[Runtime, ...]
    method: str = ""
    most_worst: float = WORST_ERROR


@dataclass(frozen=True)
class Trial:
    """What was found of one way.

    Attributes:
        format: Of the file.
        way: How it was made.
        bytes: How large it is; nothing where it could not be made.
        error: Root mean square on the scans set apart, in deviations of the worst
            target; infinite where it could not be made.
        worst: The worst of those scans, of a white panel and of a closed shutter.
        latency_ms: The median of one scan on one thread, where the budget asks for it.
        most_scans: How many scans it takes at once, if not any number.
        allowed: Whether the budget and the limits let it be published.
        reason: Why not, or nothing.
    """

    format: Format
    way: str
    bytes: int
    error: float
    worst: float
    latency_ms: float | None
    most_scans: int | None
    allowed: bool
    reason: str


def failed_trial(way: Way, reason: str) -> Trial:
    """Return the trial of a way in which no graph could be made."""
    return Trial(
        format=way.format,
        way=way.name,
        bytes=0,
        error=INFINITE,
        worst=INFINITE,
        latency_ms=None,
        most_scans=None,
        allowed=False,
        reason=reason,
    )
