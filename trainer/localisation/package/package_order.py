"""An order for a farm's next package."""

from dataclasses import dataclass
from datetime import datetime

from trainer.errors import CalibrationError


@dataclass(frozen=True)
class PackageOrder:
    """For whom a package is, what it replaces, and when it counts as made.

    Attributes:
        tenant: Whose farm it is.
        farm: Which farm.
        parent: Digest of the package that this one replaces, if there is one.
        made_at: The time it says; the same order always gives the same bytes.
        seed: Seeds the folds of cross-validation.
    """

    tenant: str
    farm: str
    parent: str | None
    made_at: datetime
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a time that does not say its zone."""
        if self.made_at.tzinfo is None:
            raise CalibrationError(
                f"expected a time with its zone, found {self.made_at}; add UTC"
            )
