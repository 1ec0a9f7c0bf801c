"""What a package with a crop model says: its season, its classes, what they promise.

Software of before 1.2 looks for a wavelength grid and targets, finds neither, and
refuses the package; its model stays.
"""

from typing import Annotated, Literal

import msgspec

from protocols.graph_contract import DAYS, MASK, SERIES
from protocols.identifiers import Digest
from protocols.limits import MAX_CLASSES
from protocols.messages import ShortText, Text
from protocols.observation_rule import ObservationRule
from protocols.package_manifest import (
    VERSION,
    Count,
    InputShapes,
    PackageManifest,
    Share,
)
from protocols.season_grid import SeasonGrid

CROP_FORMAT = "1.2"

ClassName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class CropClass(msgspec.Struct, frozen=True, kw_only=True):
    """One class that the model tells, in the order of the graph's outputs.

    Attributes:
        name: As the legend of its labels calls it.
        code: Its number there, such as that of the Cropland Data Layer, if it has one.
    """

    name: ClassName
    code: int | None = None


class ProbabilityInterval(msgspec.Struct, frozen=True, kw_only=True):
    """What low and high promise of a probability.

    Attributes:
        level: How sure it is that the share of series told so that really were of the
            class lies inside.
        method: How it was found, in words.
        places: On how many places, none of them learned from.
    """

    level: Share
    method: Text
    places: Count


class DayThreshold(msgspec.Struct, frozen=True, kw_only=True):
    """The threshold for predictions on a day, from 1 January, and on those after it."""

    day: int
    threshold: Share


class LikelyClasses(msgspec.Struct, frozen=True, kw_only=True):
    """Which classes are named together, so that the true one is seldom missing.

    Attributes:
        threshold: Every class whose probability is at least this is named.
        level: On what share of places the true class should then be among them.
        places: On how many places that was calibrated.
        by_day: Thresholds for dates of prediction, ascending, where an evaluation of
            the season has told them.
    """

    threshold: Share
    level: Share
    places: Count
    by_day: tuple[DayThreshold, ...] = ()

    def threshold_on(self, day: int) -> float:
        """Return the threshold for a prediction on `day`."""
        known = [one.threshold for one in self.by_day if one.day <= day]
        if known:
            return known[-1]
        return self.by_day[0].threshold if self.by_day else self.threshold


class PlaceDomain(msgspec.Struct, frozen=True, kw_only=True):
    """What the model has seen, and where a place becomes foreign to it."""

    method: Text
    places: Count
    edge_quantile: Share


class CropMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """How well the classes were told, and on which places that was measured.

    Attributes:
        split: How places were set apart.
        day: What was known of the season: all until this day, from 1 January of the
            year of the harvest; the whole where nothing is said.
        places: How many there were.
        accuracy: The share told rightly.
        macro_f1: The mean of all classes' F1, each counting the same.
        kappa: Agreement beyond chance.
        calibration_error: The mean gap between what is said and how often it was so,
            if that was measured.
    """

    split: Text
    day: int | None = None
    places: Count
    accuracy: Share
    macro_f1: Share
    kappa: Annotated[float, msgspec.Meta(ge=-1, le=1)] | None = None
    calibration_error: Share | None = None


class SeriesSource(msgspec.Struct, frozen=True, kw_only=True):
    """One source of series that the model learned from."""

    name: ShortText
    digest: Digest
    places: Count
    licence: ShortText


class CropManifest(PackageManifest, frozen=True, kw_only=True):
    """The manifest of a package with a crop model."""

    format: Annotated[str, VERSION] = CROP_FORMAT
    kind: Literal["crop"] = "crop"
    season: SeasonGrid
    observations: ObservationRule = ObservationRule()
    classes: Annotated[
        tuple[CropClass, ...], msgspec.Meta(min_length=2, max_length=MAX_CLASSES)
    ]
    interval: ProbabilityInterval
    likely: LikelyClasses
    domain: PlaceDomain
    metrics: tuple[CropMetrics, ...] = ()
    learned_from: tuple[SeriesSource, ...] = ()

    @property
    def inputs(self) -> InputShapes:
        """Series, days and mask of one place."""
        seen = (self.season.steps, len(self.season.channels))
        return {SERIES: seen, DAYS: seen[:1], MASK: seen}

    @property
    def subjects(self) -> str:
        """A crop model reads the series of places."""
        return "places"

    @property
    def measure(self) -> str:
        """The unit of an error."""
        return "in probability"

    @property
    def spreads(self) -> tuple[float, ...]:
        """Of probabilities every difference counts as it is."""
        return (1.0,) * len(self.classes)
