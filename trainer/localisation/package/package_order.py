"""An order for a farm's next package."""

from dataclasses import dataclass
from datetime import datetime

from trainer.errors import CalibrationError
from trainer.export.export_budget import ExportBudget

ANY_ONNX = ExportBudget()
"""The graph that is smallest of those that answer as they should."""


@dataclass(frozen=True)
class PackageOrder:
    """For whom a package is, what it replaces, and when it counts as made.

    Attributes:
        tenant: Whose farm it is.
        farm: Which farm.
        parent: Digest of the package that this one replaces, if there is one.
        made_at: The time it says; the same order always gives the same bytes.
        seed: Seeds the folds of cross-validation.
        budget: What its graphs may cost, and in which formats they come.
    """

    tenant: str
    farm: str
    parent: str | None
    made_at: datetime
    seed: int = 0
    budget: ExportBudget = ANY_ONNX

    def __post_init__(self) -> None:
        """Refuse a time that does not say its zone."""
        if self.made_at.tzinfo is None:
            raise CalibrationError(
                f"expected a time with its zone, found {self.made_at}; add UTC"
            )
