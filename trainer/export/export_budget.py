"""What an export may cost: which formats, how far off, how large, how slow."""

from dataclasses import dataclass
from typing import Literal

from trainer.errors import ExportError

Format = Literal["onnx", "tflite"]

MOST_ERROR = 0.02
"""No budget may ask for less care: root mean square, in deviations of a target."""


@dataclass(frozen=True)
class ExportBudget:
    """What the user lets an export cost.

    Attributes:
        formats: What the package shall hold.
        most_error: The root mean square of what a graph may be off by on scans set
            apart, in standard deviations of the worst target.
        most_bytes: How large a graph may be; however large where nothing is said.
        most_latency_ms: How long one scan may take on one thread, at the median; only
            where something is said is that measured.
        allows_int4: Whether weights of four bits are tried.
    """

    formats: tuple[Format, ...] = ("onnx",)
    most_error: float = MOST_ERROR
    most_bytes: int | None = None
    most_latency_ms: float | None = None
    allows_int4: bool = False

    def __post_init__(self) -> None:
        """Refuse a budget under which graphs would lie."""
        if not 0 < self.most_error <= MOST_ERROR:
            raise ExportError(
                f"expected an error of more than 0 and at most {MOST_ERROR:g} standard "
                f"deviations, found {self.most_error:g}; ask for less"
            )
        if not self.formats:
            raise ExportError("expected onnx or tflite or both, found no format at all")
