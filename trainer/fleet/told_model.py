"""What a farm's model is, in words and figures: for its record and for its report."""

import math

import numpy as np
from numpy.typing import NDArray

from protocols.units import unit_of
from trainer.calibrations.conformal import LEVEL
from trainer.fleet.farm_record import FarmRecord, TargetRecord
from trainer.fleet.localisation_work import LocalisationWork
from trainer.localisation.decision import TargetDecision
from trainer.localisation.farm_model import FarmModel, localise
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.guard_report.guard_story import (
    GuardStory,
    Opinion,
    SiteDistance,
    TargetStory,
)
from trainer.localisation.knowledge.library_distance import TREATMENT
from trainer.localisation.target_fit import TargetFit
from trainer.treatments.spectral_treatments import treat

LOCAL = "labels alone"
HEDGE = "hedge with the library"
MEANINGS = {
    LOCAL: "ridge, Gaussian processes and support vectors on the farm's own labels",
    HEDGE: "these beside members that know what the library's farms have in common, in "
    "shares that the number of labels fixes",
}
EXPERT = (
    "a model of the library's values as they are, in the unit that the farm declares"
)


def told_targets(
    model: FarmModel, targets: tuple[str, ...]
) -> tuple[TargetRecord, ...]:
    """Return a record of every target."""
    return tuple(
        _told(name, fit) for name, fit in zip(targets, model.fits, strict=True)
    )


def story_of(
    record: FarmRecord, model: FarmModel, farm: FarmSoils, work: LocalisationWork
) -> GuardStory:
    """Return what the guard's report tells of a farm."""
    knowledge, seed = work.knowledge, work.order.seed
    alone = localise(knowledge, farm, seed, "local")
    sites = _sites(farm, work)
    told = zip(knowledge.targets, model.fits, alone.fits, farm.values.T, strict=True)
    return GuardStory(
        farm=record.farm,
        library=f"{knowledge.name} ({knowledge.soils} soils)",
        method=work.order.method,
        warnings=record.warnings,
        remarks=record.remarks,
        targets=tuple(
            _story(name, (fit, local), column[np.isfinite(column)], sites)
            for name, fit, local, column in told
        ),
    )


def _told(name: str, fit: TargetFit) -> TargetRecord:
    return TargetRecord(
        name=name,
        unit=unit_of(name),
        labels=fit.labels,
        method=fit.decision.method,
        trusted=fit.decision.sentences(),
        half_width=float(fit.half_width),
        level=LEVEL,
        rmse=_finite(fit.figures.rmse),
        split=fit.split,
    )


def _story(
    name: str,
    fits: tuple[TargetFit, TargetFit],
    observed: NDArray[np.float64],
    sites: tuple[SiteDistance, ...],
) -> TargetStory:
    fit, alone = fits
    is_measured = len(fit.nested) > 0
    return TargetStory(
        name=name,
        unit=unit_of(name),
        labels=fit.labels,
        trusted=fit.decision.sentences(),
        opinions=tuple(_opinions(fit.decision, _finite(alone.figures.rmse))),
        error=_finite(fit.figures.rmse) if is_measured else None,
        observed=observed if is_measured else np.zeros(0),
        predicted=fit.nested,
        alone=alone.nested if is_measured else np.zeros(0),
        half_width=float(fit.half_width),
        level=LEVEL,
        measured_on=fit.split,
        sites=sites,
        half_widths=fit.nested_widths if is_measured else None,
    )


def _opinions(decision: TargetDecision, alone: float | None) -> list[Opinion]:
    """Return who was heard: labels alone, the hedge, and every expert."""
    hedge = decision.hedge_error
    if hedge is None:
        return []
    earned = sum(one.share for one in decision.experts)
    shared = decision.library_share - earned
    return [
        Opinion(
            LOCAL,
            MEANINGS[LOCAL],
            alone,
            1 - decision.library_share,
            "what all others are measured against",
        ),
        Opinion(
            HEDGE,
            MEANINGS[HEDGE],
            hedge,
            max(shared, 0.0),
            f"a share that {decision.labels} labels fix, the same on every farm",
        ),
        *(
            Opinion(one.name, EXPERT, one.error, one.share, _reason(one.error, hedge))
            for one in decision.experts
        ),
    ]


def _reason(error: float, hedge: float) -> str:
    ratio = error / hedge if hedge else math.inf
    if ratio < 1:
        return f"errs {1 - ratio:.0%} less than the hedge"
    return f"errs {ratio:.2g} times as much as the hedge"


def _sites(farm: FarmSoils, work: LocalisationWork) -> tuple[SiteDistance, ...]:
    """Return the library's sites, the nearest first."""
    if not farm.samples:
        return ()
    known = work.knowledge.distances
    places = treat(TREATMENT, farm.spectra) @ known.projection
    far = np.linalg.norm(places[:, np.newaxis] - known.centres, axis=2)
    ratios = np.median(far, axis=0) / known.reaches
    told = [
        SiteDistance(name, float(ratio))
        for name, ratio in zip(known.names, ratios, strict=True)
    ]
    return tuple(sorted(told, key=lambda one: one.ratio))


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
