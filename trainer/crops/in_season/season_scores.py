"""The scores of answers on one date, as records that are written out."""

import msgspec


class ClassScores(msgspec.Struct, frozen=True, kw_only=True):
    """How one class was told.

    Attributes:
        name: Of the class.
        grown: On how many places it grew.
        told: On how many it was told.
        precision: The share of those told that were right; none where never told.
        recall: The share of those grown that were told; none where it never grew.
        f1: Of both; none where it neither grew nor was told.
        set_coverage: The share of its places whose set held it.
    """

    name: str
    grown: int
    told: int
    precision: float | None
    recall: float | None
    f1: float | None
    set_coverage: float | None


class ReliabilityBin(msgspec.Struct, frozen=True, kw_only=True):
    """Places told with about the same probability.

    Attributes:
        told: The mean probability of what was told.
        right: The share of it that was right.
        places: How many there are.
        low, high: The mean interval that was told with it.
    """

    told: float
    right: float
    places: int
    low: float
    high: float


class DateScores(msgspec.Struct, frozen=True, kw_only=True):
    """How places were told on one date.

    Attributes:
        day: From 1 January of the harvest's year.
        n: How many places were judged.
        macro_f1: The mean F1 of the classes.
        macro_f1_low, macro_f1_high: Its 90 % interval, fields drawn anew.
        accuracy: The share told right.
        kappa: The agreement beyond that of chance.
        calibration_error: Expected error of the probability of what was told.
        brier: The mean squared error of all probabilities.
        set_coverage: The share of sets that held the true class.
        set_size: How many classes a set held on average.
        interval_coverage: Of classes told with about the same probability, the share
            right within the interval told; none where no bin has enough places.
        flagged: The share of places that the model says it cannot know.
        classes: Each class, in the legend's order.
        reliability: What was told against what was right.
        confusion: Places [grown, told].
    """

    day: int
    n: int
    macro_f1: float
    macro_f1_low: float
    macro_f1_high: float
    accuracy: float
    kappa: float
    calibration_error: float
    brier: float
    set_coverage: float
    set_size: float
    interval_coverage: float | None
    flagged: float
    classes: tuple[ClassScores, ...]
    reliability: tuple[ReliabilityBin, ...]
    confusion: tuple[tuple[int, ...], ...]
