"""Figures from the predictions of soils left out: by target, farm, fold and size.

Figures of all soils and of a farm are pooled over folds, as the field's published
tables are, and then averaged over seeds.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.conformal import LEVEL
from trainer.evaluation.agreement import agreement
from trainer.evaluation.agreement_over_seeds import mean_of_seeds, spread_of_seeds
from trainer.evaluation.coverage import coverage
from trainer.evaluation.evaluation_result import (
    WHOLE,
    BandImportance,
    CurvePoint,
    IntervalScore,
    Part,
    Score,
)
from trainer.evaluation.fold_result import FoldResult
from trainer.evaluation.judged_soils import JudgedSoils

Mask = NDArray[np.bool_]
Place = tuple[Part, str]
EVERYTHING: Place = (WHOLE, WHOLE)


def scores_of(
    judged: Sequence[JudgedSoils],
    targets: Sequence[str],
    farms: Sequence[str],
    splits: int,
) -> Iterator[Score]:
    """Yield the scores of one method's seeds: of all soils, by farm and by fold.

    Seeds that share one split share its folds; else each seed has folds of its own.
    """
    farm = np.array(farms)
    for column, target in enumerate(targets):
        yield _score(judged, column, target, EVERYTHING)
        for name in sorted(set(farm[judged[0].rows])):
            yield _score(judged, column, target, ("farm", str(name)), farm)
        for seeds in [judged] if splits == 1 else [[one] for one in judged]:
            own = "" if splits == 1 else f"{seeds[0].seed}."
            for number in sorted(set(seeds[0].folds.tolist())):
                yield _score(seeds, column, target, ("fold", f"{own}{number}"))


def interval_scores(
    judged: JudgedSoils, targets: Sequence[str], farms: Sequence[str]
) -> Iterator[IntervalScore]:
    """Yield whether the intervals of one method held, if it has any, farm by farm."""
    farm = np.array(farms)[judged.rows]
    for column, target in enumerate(targets):
        half = judged.half_width[:, column]
        known = np.isfinite(judged.observed[:, column]) & ~np.isnan(half)
        for name in (WHOLE, *sorted(set(farm[known].tolist()))):
            kept = known if name == WHOLE else known & (farm == name)
            if kept.any():
                yield _interval_score(judged, (column, target), name, kept)


def _interval_score(
    judged: JudgedSoils, at: tuple[int, str], farm: str, kept: Mask
) -> IntervalScore:
    column, target = at
    truth, told = judged.observed[kept, column], judged.predicted[kept, column]
    half = judged.half_width[kept, column]
    return IntervalScore(
        method=judged.method,
        target=target,
        farm=farm,
        level=LEVEL,
        n=int(kept.sum()),
        coverage=coverage(truth, told - half, told + half),
        width=float(2 * half.mean()),
    )


def curve_points(
    results: Iterable[FoldResult], observed: NDArray[np.float64], targets: Sequence[str]
) -> Iterator[CurvePoint]:
    """Yield the learning curve of one method, whole training parts at its end."""
    sizes: dict[float, list[FoldResult]] = {}
    for result in results:
        size = float("inf") if result.training is None else result.training
        sizes.setdefault(size, []).append(result)
    for _, fits in sorted(sizes.items()):
        for column, target in enumerate(targets):
            errors = fold_errors(fits, observed, column)
            yield CurvePoint(
                method=fits[0].method,
                target=target,
                learned_from=float(np.mean([one.learned_from for one in fits])),
                rmse=float(np.nanmean(errors)),
                spread=float(np.nanstd(errors)),
                fits=len(fits),
            )


def fold_errors(
    fits: Sequence[FoldResult], observed: NDArray[np.float64], column: int
) -> NDArray[np.float64]:
    """Return the RMSE of one target, one number a fit."""
    return np.array(
        [
            agreement(observed[list(one.rows), column], one.answers[:, column]).rmse
            for one in fits
        ]
    )


def importance_of(
    fits: Sequence[FoldResult], targets: Sequence[str]
) -> Iterator[BandImportance]:
    """Yield the importance of bands for one method, if it was measured alike."""
    told = [one for one in fits if one.importance is not None]
    kinds = {one.importance_kind for one in told}
    if len(kinds) != 1:
        return
    (kind,) = kinds
    if kind is None:
        return
    table = np.array([one.importance for one in told], dtype=np.float64)
    for column, target in enumerate(targets):
        yield BandImportance(
            method=told[0].method,
            target=target,
            kind=kind,
            mean=tuple(table[:, column].mean(axis=0).tolist()),
            spread=tuple(table[:, column].std(axis=0).tolist()),
        )


def _score(
    judged: Sequence[JudgedSoils],
    column: int,
    target: str,
    part: Place,
    farms: NDArray[np.str_] | None = None,
) -> Score:
    found = [
        agreement(one.observed[kept, column], one.predicted[kept, column])
        for one in judged
        for kept in [_kept(one, part, farms)]
    ]
    return Score(
        method=judged[0].method,
        target=target,
        part=part[0],
        name=part[1],
        seeds=len(found),
        mean=mean_of_seeds(found),
        spread=spread_of_seeds(found),
    )


def _kept(judged: JudgedSoils, part: Place, farms: NDArray[np.str_] | None) -> Mask:
    if part[0] == "fold":
        return np.asarray(judged.folds == int(part[1].rpartition(".")[2]))
    if farms is not None:
        return np.asarray(farms[judged.rows] == part[1])
    return np.ones(judged.rows.size, dtype=bool)
