"""An order for a package of a crop model."""

from dataclasses import dataclass
from datetime import datetime

from trainer.crops.prediction.season_record import SeasonRecord
from trainer.errors import CalibrationError
from trainer.export.export_budget import ExportBudget

LONGEST_LICENCE = 80
ANY_ONNX = ExportBudget()
"""The graph that is smallest of those that answer as they should."""


@dataclass(frozen=True)
class CropPackageOrder:
    """For whom a package is, what it replaces, and when it counts as made.

    Attributes:
        tenant: Whose farm it is.
        farm: Which farm.
        made_at: The time it says; the same order always gives the same bytes.
        parent: Digest of the package that this one replaces, if there is one.
        licence: Of the series that the model learned from.
        season: What an evaluation learned of the season, if there was one.
        budget: What its graphs may cost, and in which formats they come.
    """

    tenant: str
    farm: str
    made_at: datetime
    parent: str | None = None
    licence: str = "not said"
    season: SeasonRecord | None = None
    budget: ExportBudget = ANY_ONNX

    def __post_init__(self) -> None:
        """Refuse a time that does not say its zone."""
        if self.made_at.tzinfo is None:
            raise CalibrationError(
                f"expected a time with its zone, found {self.made_at}; add UTC"
            )
        if len(self.licence) > LONGEST_LICENCE:
            raise CalibrationError(
                f"expected a licence's name of at most {LONGEST_LICENCE} letters, "
                f"found {len(self.licence)}; name it in short, such as CC BY 4.0"
            )
