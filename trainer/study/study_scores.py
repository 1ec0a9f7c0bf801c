"""Figures of a study from its predictions: by arm, farm, target and number of labels.

Delta RMSE is (RMSE of the local arm - RMSE) x 100, as published: draws are paired, the
same labels and the same judged soils on both sides.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from trainer.evaluation.agreement import Agreement, agreement
from trainer.evaluation.agreement_over_seeds import (
    mean_of_seeds,
    spread_of,
    spread_of_seeds,
)
from trainer.study.study_order import Study, StudyTask, local_counterpart
from trainer.study.study_record import ArmScore, ArmSummary
from trainer.study.study_result import StudyResult

HUNDREDTHS = 100.0

Results = Mapping[StudyTask, StudyResult]
Place = tuple[str, int, int]
"""A farm, the column of a target, and a number of labels."""


def rmse_difference(reference: float, rmse: float) -> float:
    """Return (RMSE of the reference - RMSE) x 100: above 0 is better than it."""
    return (reference - rmse) * HUNDREDTHS


def arm_scores(study: Study, results: Results) -> Iterator[ArmScore]:
    """Yield the score of every arm at every place where all its seeds were told."""
    order = study.order
    for column in range(len(study.targets)):
        for labels in order.labels:
            for farm in order.farms:
                for arm in order.arms:
                    yield from _score(study, results, arm, (farm, column, labels))


def arm_summaries(study: Study, scores: Sequence[ArmScore]) -> Iterator[ArmSummary]:
    """Yield every arm over all farms, target by target and count by count."""
    for target in study.targets:
        for labels in study.order.labels:
            here = [
                one for one in scores if (one.target, one.labels) == (target, labels)
            ]
            for arm in study.order.arms:
                own = [one for one in here if one.arm == arm]
                if own:
                    yield _summary(own)


def _score(
    study: Study, results: Results, arm: str, place: Place
) -> Iterator[ArmScore]:
    farm, column, labels = place
    found = _agreements(study, results, arm, place)
    if not found:
        return
    reference = local_counterpart(arm, study.order)
    pairs = _pairs(found, _agreements(study, results, reference, place))
    common = _agreements(study, results, local_counterpart("", study.order), place)
    differences = [rmse_difference(other, own) for own, other in pairs]
    yield ArmScore(
        arm=arm,
        farm=farm,
        target=study.targets[column],
        labels=labels,
        seeds=len(found),
        mean=mean_of_seeds(found),
        spread=spread_of_seeds(found),
        reference=reference if pairs else "",
        difference=_mean(differences),
        difference_spread=spread_of(differences),
        ratio=_mean_ratio(pairs),
        against_common=_mean_ratio(_pairs(found, common)),
    )


def _agreements(
    study: Study, results: Results, arm: str, place: Place
) -> list[Agreement]:
    """Return one agreement a seed; none at all where a seed, or the arm, is missing."""
    farm, column, labels = place
    if not arm:
        return []
    tasks = [
        study.task_for(arm, farm, labels, seed) for seed in range(study.order.seeds)
    ]
    if not all(task in results for task in tasks):
        return []
    told = [results[task] for task in tasks]
    found = [
        agreement(study.soils.values[list(one.rows), column], one.answers[:, column])
        for one in told
    ]
    return found if all(np.isfinite(one.rmse) for one in found) else []


def _summary(own: Sequence[ArmScore]) -> ArmSummary:
    paired = [one for one in own if np.isfinite(one.ratio)]
    worst = max(paired, key=lambda one: one.ratio, default=None)
    return ArmSummary(
        arm=own[0].arm,
        target=own[0].target,
        labels=own[0].labels,
        farms=len(own),
        reference=own[0].reference,
        ratio=_geometric_mean([one.ratio for one in paired]),
        worst_ratio=worst.ratio if worst else float("nan"),
        worst_farm=worst.farm if worst else "",
        helped=sum(one.ratio < 1 for one in paired),
        against_common=_geometric_mean(
            [one.against_common for one in own if np.isfinite(one.against_common)]
        ),
        difference=_mean([one.difference for one in paired]),
        me=_mean([one.mean.me for one in own]),
        ccc=_mean([one.mean.ccc for one in own]),
    )


def _pairs(
    found: Sequence[Agreement], against: Sequence[Agreement]
) -> list[tuple[float, float]]:
    """Return the errors of both sides, seed by seed; none where one has no answer."""
    if not against:
        return []
    return [(one.rmse, other.rmse) for one, other in zip(found, against, strict=True)]


def _mean_ratio(pairs: Sequence[tuple[float, float]]) -> float:
    return _geometric_mean([own / other for own, other in pairs])


def _geometric_mean(ratios: Sequence[float]) -> float:
    return float(np.exp(np.mean(np.log(ratios)))) if ratios else float("nan")


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
