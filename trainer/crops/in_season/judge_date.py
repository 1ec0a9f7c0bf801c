"""Judge answers of one date against what grew."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.crops.certainty.conformal_set import classes_in_sets
from trainer.crops.in_season.confusion import (
    Counts,
    accuracy,
    confusion,
    f1_by_class,
    kappa,
    macro_f1,
)
from trainer.crops.in_season.group_resampling import resampled_interval
from trainer.crops.in_season.season_scores import (
    ClassScores,
    DateScores,
    ReliabilityBin,
)
from trainer.crops.prediction.crop_answers import CropAnswers

CALIBRATION_BINS = 15
"""Of equal width, as Guo et al. (2017) count the expected calibration error."""

FEWEST_IN_BIN = 30
"""Fewer places cannot say which share of them is right."""


@dataclass(frozen=True, eq=False)
class GrownCrops:
    """What grew on the places that are judged.

    Attributes:
        legend: The model's classes.
        labels: The class that grew on each place.
        groups: Which field, or place, each belongs to, counted from zero.
    """

    legend: tuple[str, ...]
    labels: NDArray[np.intp]
    groups: NDArray[np.intp]


def judge_date(
    day: int, answers: CropAnswers, grown: GrownCrops, threshold: NDArray[np.float64]
) -> DateScores:
    """Return the scores of one date; `threshold` is that of each place's set."""
    classes, rows = len(grown.legend), np.arange(len(grown.labels))
    likeliest = answers.likeliest
    counts = confusion(grown.labels, likeliest, classes)
    cells = grown.labels * classes + likeliest
    low, high = resampled_interval(cells, grown.groups, classes, macro_f1)
    sets = classes_in_sets(answers.value, threshold[:, None])
    is_held = sets[rows, grown.labels]
    bins = _reliability(answers, grown)
    return DateScores(
        day=day,
        n=len(rows),
        macro_f1=float(macro_f1(counts)),
        macro_f1_low=low,
        macro_f1_high=high,
        accuracy=float(accuracy(counts)),
        kappa=kappa(counts),
        calibration_error=sum(one.places * abs(one.told - one.right) for one in bins)
        / len(rows),
        brier=_brier(answers, grown),
        set_coverage=float(is_held.mean()),
        set_size=float(sets.sum(axis=1).mean()),
        interval_coverage=_interval_coverage(answers, grown),
        flagged=float(answers.is_flagged.mean()),
        classes=_class_scores(counts, is_held, grown),
        reliability=bins,
        confusion=tuple(tuple(map(int, row)) for row in counts),
    )


def _brier(answers: CropAnswers, grown: GrownCrops) -> float:
    truth = np.eye(len(grown.legend))[grown.labels]
    return float(((answers.value - truth) ** 2).sum(axis=1).mean())


def _class_scores(
    counts: Counts, is_held: NDArray[np.bool_], grown: GrownCrops
) -> tuple[ClassScores, ...]:
    scores, told, grew = f1_by_class(counts), counts.sum(axis=0), counts.sum(axis=1)
    held = np.bincount(grown.labels, is_held, len(grown.legend))
    return tuple(
        ClassScores(
            name=name,
            grown=int(grew[at]),
            told=int(told[at]),
            precision=_share(counts[at, at], told[at]),
            recall=_share(counts[at, at], grew[at]),
            f1=float(scores[at]) if np.isfinite(scores[at]) else None,
            set_coverage=_share(held[at], grew[at]),
        )
        for at, name in enumerate(grown.legend)
    )


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _reliability(answers: CropAnswers, grown: GrownCrops) -> tuple[ReliabilityBin, ...]:
    rows, likeliest = np.arange(len(answers)), answers.likeliest
    told = answers.value[rows, likeliest].astype(np.float64)
    right = likeliest == grown.labels
    member = np.minimum((told * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    low, high = answers.low[rows, likeliest], answers.high[rows, likeliest]
    return tuple(
        ReliabilityBin(
            told=float(told[inside].mean()),
            right=float(right[inside].mean()),
            places=int(inside.sum()),
            low=float(low[inside].mean()),
            high=float(high[inside].mean()),
        )
        for inside in (member == one for one in np.unique(member))
    )


def _interval_coverage(answers: CropAnswers, grown: GrownCrops) -> float | None:
    """Return the share of classes' answers in bins whose share right was as told."""
    held = places = 0
    for one in range(len(grown.legend)):
        told, right = answers.value[:, one], grown.labels == one
        member = np.minimum((told * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
        for inside in (member == each for each in np.unique(member)):
            if inside.sum() < FEWEST_IN_BIN:
                continue
            share, count = right[inside].mean(), int(inside.sum())
            low, high = answers.low[inside, one], answers.high[inside, one]
            held += count * bool(low.mean() <= share <= high.mean())
            places += count
    return held / places if places else None
