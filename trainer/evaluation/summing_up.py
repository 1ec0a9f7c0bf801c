"""All figures of an evaluation from its finished fits."""

import hashlib
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np

from protocols.units import unit_of
from trainer.calibrations.calibration import Soils
from trainer.evaluation.evaluation_result import (
    CurvePoint,
    Evaluation,
    LibraryFacts,
    MethodFacts,
    Score,
    SplitFacts,
    TargetFacts,
)
from trainer.evaluation.evaluation_run import Comparison
from trainer.evaluation.evaluation_scores import (
    curve_points,
    importance_of,
    interval_scores,
    scores_of,
)
from trainer.evaluation.fold_result import FoldFailure, FoldResult
from trainer.evaluation.judged_soils import judged_soils
from trainer.evaluation.method_catalogue import method_of
from trainer.evaluation.method_comparison import comparisons_of
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.splits import Split

Fits = Mapping[str, Sequence[FoldResult]]


def summed_up(
    comparison: Comparison,
    results: Sequence[FoldResult],
    failures: Sequence[FoldFailure],
) -> Evaluation:
    """Return all figures; a method that failed on any whole fold has none."""
    fits = complete_fits(comparison, results, failures)
    whole = {
        method: [one for one in found if one.training is None]
        for method, found in fits.items()
    }
    soils, targets = comparison.soils, comparison.targets
    farms = comparison.library.farms
    first = [judged_soils(found, soils)[0] for found in whole.values()]
    splits = comparison.splits
    return Evaluation(
        made_at=datetime.now(UTC),
        code_version=version("terroir"),
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        library=_library_facts(comparison.library),
        splits=tuple(map(_split_facts, splits)),
        seeds=comparison.order.seeds,
        targets=tuple(_target_facts(soils)),
        methods=tuple(_method_facts(whole)),
        scores=tuple(_scores(whole, comparison)),
        intervals=tuple(
            one for each in first for one in interval_scores(each, targets, farms)
        ),
        comparisons=tuple(comparisons_of(whole, soils, len(splits))),
        learning_curve=tuple(_learning_curve(fits, comparison)),
        importance=tuple(
            one for found in whole.values() for one in importance_of(found, targets)
        ),
        failures=tuple(failures),
    )


def complete_fits(
    comparison: Comparison,
    results: Sequence[FoldResult],
    failures: Sequence[FoldFailure],
) -> dict[str, list[FoldResult]]:
    """Return the fits of the methods that finished every whole fold."""
    failed = {one.method for one in failures if one.training is None}
    return {
        method: [one for one in results if one.method == method]
        for method in comparison.order.methods
        if method not in failed
    }


def _scores(whole: Fits, comparison: Comparison) -> Iterator[Score]:
    for found in whole.values():
        judged = judged_soils(found, comparison.soils)
        farms, splits = comparison.library.farms, len(comparison.splits)
        yield from scores_of(judged, comparison.targets, farms, splits)


def _learning_curve(fits: Fits, comparison: Comparison) -> Iterator[CurvePoint]:
    if comparison.order.training_sizes:
        for found in fits.values():
            yield from curve_points(found, comparison.soils.values, comparison.targets)


def _library_facts(library: SpectralLibrary) -> LibraryFacts:
    return LibraryFacts(
        name=library.name,
        digest=library.digest,
        licence=library.licence,
        soils=len(library.soils),
        farms=len(library.farm_names),
        groups=len(set(library.groups)),
        grid=library.grid,
        remarks=library.remarks,
    )


def _split_facts(split: Split) -> SplitFacts:
    return SplitFacts(
        kind=split.kind,
        seed=split.seed,
        folds=len(split.folds),
        digest=hashlib.sha256(repr(split.folds).encode()).hexdigest(),
    )


def _target_facts(soils: Soils) -> Iterator[TargetFacts]:
    for name, column in zip(soils.targets, soils.values.T, strict=True):
        known = column[np.isfinite(column)]
        yield TargetFacts(
            name=name,
            unit=unit_of(name),
            analysed=known.size,
            mean=float(known.mean()),
            spread=float(known.std(ddof=1)),
            least=float(known.min()),
            most=float(known.max()),
        )


def _method_facts(whole: Fits) -> Iterator[MethodFacts]:
    for name, found in whole.items():
        soils = sum(len(one.rows) for one in found)
        yield MethodFacts(
            name=name,
            summary=method_of(name).summary,
            is_baseline=method_of(name).is_baseline,
            settings=found[0].settings,
            fit_s=float(np.mean([one.fit_s for one in found])),
            predict_ms=1000 * sum(one.predict_s for one in found) / soils,
        )
