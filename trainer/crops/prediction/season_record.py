"""What an evaluation learned about the season, for predictions to follow.

How sure an answer must be to be told early, and from which probability on a class
belongs to the set on a given date: a threshold for all dates would promise too much in
spring, and too little in autumn.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.errors import LibraryError

RECORD_FILE = "season.json"

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class StoppingRule(msgspec.Struct, frozen=True, kw_only=True):
    """When an early answer is told for good.

    Attributes:
        lead: By how much the likeliest class must lead the next one.
        dates_in_row: On how many dates of prediction in a row, with the same class.
        margin: The share of places that may be wrong early though right in the end.
    """

    lead: Share
    dates_in_row: Annotated[int, msgspec.Meta(ge=1)]
    margin: Share

    def settled_at(self, values: NDArray[np.floating]) -> NDArray[np.intp]:
        """Return at which date each place is told for good; past the last where never.

        `values` are probabilities [date, place, class].
        """
        likeliest = values.argmax(axis=2)
        second, first = np.moveaxis(np.sort(values, axis=2)[:, :, -2:], 2, 0)
        run = np.zeros(values.shape[1], np.intp)
        found = np.full(values.shape[1], len(values))
        is_open = np.ones(values.shape[1], np.bool_)
        for date in range(len(values)):
            same = likeliest[date] == likeliest[max(date - 1, 0)]
            leads = first[date] - second[date] >= self.lead
            run = np.where(leads, np.where(same, run, 0) + 1, 0)
            now = is_open & (run >= self.dates_in_row)
            found[now], is_open[now] = date, False
        return found


class SeasonRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The rule, and the threshold of the sets by date.

    Attributes:
        format: Of this record.
        model: The digest of the model that was judged.
        days: The dates of prediction, ascending, from 1 January.
        thresholds: Of the sets, one a date.
        rule: When to tell early; none where no lead was safe enough.
    """

    format: Literal["1"] = "1"
    model: str
    days: tuple[int, ...]
    thresholds: tuple[Share, ...]
    rule: StoppingRule | None

    def threshold_on(self, day: int) -> float:
        """Return the threshold of the last date judged until `day`."""
        at = int(np.searchsorted(self.days, day, side="right")) - 1
        return self.thresholds[max(at, 0)]


def read_season_record(path: Path, model: str) -> SeasonRecord:
    """Read the record of an evaluation's folder; refuse that of another model."""
    file = path / RECORD_FILE if path.is_dir() else path
    try:
        record = msgspec.json.decode(file.read_bytes(), type=SeasonRecord)
    except (OSError, msgspec.MsgspecError) as error:
        raise LibraryError(
            f"expected the record of a season at {file}, found none ({error}); make "
            "one with `terroir crops evaluate`"
        ) from error
    if record.model != model:
        raise LibraryError(
            f"expected the season of model {model[:19]}, found that of "
            f"{record.model[:19]} in {file}; evaluate this model first"
        )
    return record
