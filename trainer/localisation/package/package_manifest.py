"""What a farm's package says of its model: filled in whole, from the fit itself."""

import math
from importlib.metadata import version
from statistics import fmean

import msgspec

from protocols.model_manifest import (
    Domain,
    IntervalClaim,
    Metrics,
    ModelManifest,
    Target,
    TrainingData,
)
from protocols.package_manifest import Artefact
from protocols.units import unit_of
from trainer.calibrations.applicability_domain import EDGE_QUANTILE
from trainer.calibrations.conformal import LEVEL, fewest_errors
from trainer.localisation.farm_model import FarmModel
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge
from trainer.localisation.package.package_order import PackageOrder

GOLDEN_TOLERANCE = 0.001
LEAST_SPREAD = 1e-6
OWN_SOILS = "the farm's own"

LIBRARY_METHOD = (
    "Partial least squares over six spectral treatments on the library alone, drawn "
    "towards the library's mean as far as farms that were left out ask for it. The "
    "farm has no laboratory values yet: expect large errors."
)
FARM_METHOD = (
    "Weighted mean of local members (ridge, Gaussian processes, support vectors on the "
    "farm's {labels} labelled soils under six spectral treatments), of members that "
    "share a library's directions and forecasts, and of experts in declared units as "
    "far as their error on labels they had not seen earned it"
)
FARM_INTERVAL = (
    "errors of all members refitted without each fold of the farm's labelled soils, "
    "over how hard each soil is by its novelty and value; finite-sample conformal "
    "quantile, as wide again as the soil in question is hard"
)
LIBRARY_INTERVAL = (
    "errors on the worst of the farms left out of the library, because fewer than "
    f"{fewest_errors(LEVEL)} labels of the farm cannot promise {LEVEL:.0%}; wider than "
    "a farm's own would be"
)


def manifest_of(
    model: FarmModel,
    library: LibraryKnowledge,
    farm: FarmSoils,
    order: PackageOrder,
    artefacts: tuple[Artefact, ...],
) -> ModelManifest:
    """Return the manifest of a fitted model, without its list of members."""
    return ModelManifest(
        tenant=order.tenant,
        farm=order.farm,
        made_at=order.made_at,
        method=_method(farm),
        code_version=version("terroir"),
        parent=order.parent,
        grid=library.grid,
        targets=targets_of(model, library),
        interval=_interval(model, library),
        domain=Domain(
            method=model.domain.method,
            soils=model.domain.soils,
            edge_quantile=EDGE_QUANTILE,
        ),
        local_labels=len(farm.samples),
        metrics=_metrics(model, library),
        learned_from=_sources(library, farm, order),
        artefacts=artefacts,
        golden_tolerance=GOLDEN_TOLERANCE,
    )


def _method(farm: FarmSoils) -> str:
    """Name the method; what was trusted on this farm is in the card, at any length."""
    if not farm.samples:
        return LIBRARY_METHOD
    return FARM_METHOD.format(labels=len(farm.samples))


def targets_of(model: FarmModel, library: LibraryKnowledge) -> tuple[Target, ...]:
    """Return what the model tells, and on which scale it may be off."""
    return tuple(
        Target(name=name, unit=unit_of(name), spread=max(fit.spread, LEAST_SPREAD))
        for name, fit in zip(library.targets, model.fits, strict=True)
    )


def _interval(model: FarmModel, library: LibraryKnowledge) -> IntervalClaim:
    """Claim for all targets only what the one with the fewest labels supports."""
    fewest = min(fit.labels for fit in model.fits)
    measured = library.measured_for(fewest)
    coverages = [one.coverage for one in measured]
    is_own = fewest >= fewest_errors(LEVEL)
    return IntervalClaim(
        level=LEVEL,
        method=FARM_INTERVAL if is_own else LIBRARY_INTERVAL,
        soils=fewest if is_own else library.soils,
        measured_coverage=fmean(coverages) if coverages else None,
        measured=measured,
    )


def _metrics(model: FarmModel, library: LibraryKnowledge) -> tuple[Metrics, ...]:
    rows = (
        Metrics(
            target=name,
            split=fit.split,
            soils=fit.figures.n,
            rmse=fit.figures.rmse,
            me=fit.figures.me,
            r2=fit.figures.r2,
            ccc=fit.figures.ccc,
        )
        for name, fit in zip(library.targets, model.fits, strict=True)
    )
    return tuple(row for row in rows if _is_told(row))


def _is_told(metrics: Metrics) -> bool:
    numbers = (metrics.rmse, metrics.me, metrics.r2, metrics.ccc)
    return all(map(math.isfinite, numbers))


def _sources(
    library: LibraryKnowledge, farm: FarmSoils, order: PackageOrder
) -> tuple[TrainingData, ...]:
    sources = TrainingData(
        name=library.name,
        digest=library.digest,
        soils=library.soils,
        licence=library.licence,
    )
    if not farm.samples:
        return (sources,)
    own = msgspec.structs.replace(
        sources,
        name=f"{order.tenant}/{order.farm}",
        digest=farm.digest,
        soils=len(farm.samples),
        licence=OWN_SOILS,
    )
    return sources, own
