"""How the intervals of one farm's model held on soils of that farm, none of them used.

A trial belongs to one farm that was left out of the library, one target and one number
of labels. Together trials say how intervals of models made like these hold on farms
that a library has not seen.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec
import numpy as np

from protocols.model_manifest import MeasuredInterval


class IntervalTrial(msgspec.Struct, frozen=True, kw_only=True):
    """One farm, target and number of labels; means over draws of labels.

    Attributes:
        farm: Who was left out of the library.
        target: What was told.
        labels: How many of the farm's soils were labelled.
        soils: How many others were judged, all draws together.
        coverage: Which share of those lay inside.
        width: Mean width, in standard deviations of the farm's own values.
    """

    farm: str
    target: str
    labels: int
    soils: int
    coverage: float
    width: float


def measured_of(trials: Iterable[IntervalTrial]) -> tuple[MeasuredInterval, ...]:
    """Return what trials come to, one entry a target and number of labels."""
    return tuple(
        _together(list(alike)) for _, alike in groupby(sorted(trials, key=_kind), _kind)
    )


def measured_for(
    measured: Iterable[MeasuredInterval], labels: int
) -> tuple[MeasuredInterval, ...]:
    """Return each target's entry of most labels, among those of no more than these."""
    known = [one for one in measured if one.labels <= labels]
    return tuple(_most_labels(known))


def _most_labels(known: Sequence[MeasuredInterval]) -> Iterator[MeasuredInterval]:
    for target in dict.fromkeys(one.target for one in known):
        own = [one for one in known if one.target == target]
        yield max(own, key=lambda one: one.labels)


def _kind(trial: IntervalTrial) -> tuple[str, int]:
    return trial.target, trial.labels


def _together(trials: Sequence[IntervalTrial]) -> MeasuredInterval:
    target, labels = _kind(trials[0])
    coverages = [one.coverage for one in trials]
    return MeasuredInterval(
        target=target,
        labels=labels,
        farms=len(trials),
        soils=sum(one.soils for one in trials),
        coverage=float(np.mean(coverages)),
        worst_coverage=min(coverages),
        width=float(np.mean([one.width for one in trials])),
    )
