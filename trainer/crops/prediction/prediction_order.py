"""What a prediction was asked for, made whole: dates, thresholds, digests."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from trainer.crops.prediction.crop_answers import CropTeller
from trainer.crops.prediction.prediction_folder import PredictionManifest
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.prediction.season_record import SeasonRecord
from trainer.crops.series.series_folder import MANIFEST_FILE, PLACES_FILE
from trainer.crops.series.series_set import SeriesSet
from trainer.errors import LibraryError

PLACES_A_PART = 16_384
DAYS_BETWEEN, BEFORE_FIRST_DATE = 15, 4


@dataclass(frozen=True)
class PredictionOrder:
    """What to predict.

    Attributes:
        days: The dates of prediction; the season's end where none is named.
        season: What an evaluation learned of the season, if one was made.
        places_a_part: How many places are in memory together.
    """

    days: tuple[int, ...] = ()
    season: SeasonRecord | None = None
    places_a_part: int = PLACES_A_PART


def last_day(series: SeriesSet, teller: CropTeller) -> int:
    """Return the last day that both the series and the model's season reach."""
    grid = series.grid
    ends = [grid.first_day_until(0) + grid.bucket_days * grid.steps - 1]
    if teller.grid.first_day is not None:
        ends.append(
            teller.grid.first_day + teller.grid.bucket_days * teller.grid.steps - 1
        )
    return min(ends)


def season_days(series: SeriesSet, teller: CropTeller) -> tuple[int, ...]:
    """Return dates to judge a season on: every fifteen days, and its end.

    They begin once a quarter of the season was seen.
    """
    begins, ends = series.grid.first_day_until(0), last_day(series, teller)
    begins += (ends - begins) // BEFORE_FIRST_DATE
    days = range(ends, begins - 1, -DAYS_BETWEEN)
    return tuple(sorted(days))


def manifest_of(
    order: PredictionOrder, series: SeriesSet, digest: str, teller: CropTeller
) -> PredictionManifest:
    """Return what the folder says of itself; refuse dates before the season."""
    SeasonCut(series.grid, teller.grid)
    days = tuple(sorted(set(order.days))) or (last_day(series, teller),)
    expect_days(days, series)
    season = order.season
    rule = season.rule if season else None
    return PredictionManifest(
        model=teller.digest,
        legend=teller.legend,
        series=digest,
        places=len(series),
        days=days,
        thresholds=tuple((season or teller).threshold_on(day) for day in days),
        rule=rule,
        rule_days=tuple(one for one in season.days if one <= days[-1])
        if season and rule
        else (),
        places_a_part=order.places_a_part,
    )


def series_digest(folder: Path) -> str:
    """Return what names a folder of series: its manifest and table of places."""
    found = hashlib.sha256()
    for name in (MANIFEST_FILE, PLACES_FILE):
        found.update((folder / name).read_bytes())
    return f"sha256:{found.hexdigest()}"


def expect_days(days: tuple[int, ...], series: SeriesSet) -> None:
    """Refuse series without places, and dates on which nothing can have been seen."""
    if not len(series):
        raise LibraryError(
            "expected series of some places, found none; prepare them with fewer "
            "filters"
        )
    begins = series.grid.first_day_until(0)
    if days[0] < begins:
        raise LibraryError(
            f"expected dates of prediction from day {begins}, where the series begin, "
            f"found {days[0]}; ask for later ones"
        )
