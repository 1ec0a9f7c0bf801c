"""A farm's model: the library's alone, or localised by the farm's own labels."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from trainer.calibrations.applicability_domain import ApplicabilityDomain
from trainer.calibrations.calibrated_model import AnswerRange, CalibratedModel
from trainer.calibrations.conformal import (
    LEVEL,
    fewest_errors,
    finite_sample_quantile,
)
from trainer.calibrations.linear_calibration import LinearCalibration
from trainer.evaluation.agreement import Agreement, agreement
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_domain import FarmDomain, farm_domain
from trainer.localisation.farm_errors import nested_predictions
from trainer.localisation.farm_recipe import fit_farm, prior_of
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.library_model import LibraryModel, fit_library, value_range
from trainer.localisation.treated_soils import (
    Maps,
    Treated,
    TreatedSoils,
    analysed,
    treat_all,
)
from trainer.treatments.spectral_treatments import TREATMENTS

LIBRARY_SPLIT = "leave-one-farm-out over the library"
FARM_SPLIT = "nested ten-fold over the farm's labelled soils"


@dataclass(frozen=True, eq=False)
class TargetFit:
    """One target of a farm's model.

    Attributes:
        maps: One calibration a treatment.
        least: The least value that is told.
        most: The largest value that is told.
        half_width: Half of the interval.
        spread: Standard deviation of the soils learned from.
        labels: How many of the farm's soils were used.
        split: On which soils `figures` and the interval were measured.
        figures: Agreement on soils left out.
    """

    maps: Maps
    least: float
    most: float
    half_width: float
    spread: float
    labels: int
    split: str
    figures: Agreement


@dataclass(frozen=True, eq=False)
class FarmModel:
    """A fitted model before it is exported."""

    fits: tuple[TargetFit, ...]
    domain: FarmDomain


def localise(library: SpectralLibrary, farm: FarmSoils, seed: int = 0) -> FarmModel:
    """Fit every target of the library to the farm, as far as its labels reach."""
    # On matrices this small a second thread only waits: three times slower on a busy
    # machine of two cores.
    with threadpool_limits(limits=1):
        return _localise(library, farm, seed)


def _localise(library: SpectralLibrary, farm: FarmSoils, seed: int) -> FarmModel:
    far, near = treat_all(library.spectra), treat_all(farm.spectra)
    fits = [
        _fit_target(library, far, analysed(near, farm.values[:, column]), column, seed)
        for column in range(len(library.targets))
    ]
    return FarmModel(tuple(fits), farm_domain(library, farm, seed))


def as_module(model: FarmModel) -> CalibratedModel:
    """Return the model as the torch module that is exported."""
    fits = model.fits
    answers = AnswerRange(
        intercept=np.array([np.mean([one.intercept for one in f.maps]) for f in fits]),
        least=np.array([fit.least for fit in fits]),
        most=np.array([fit.most for fit in fits]),
        half_width=np.array([fit.half_width for fit in fits]),
    )
    calibrations = [
        LinearCalibration(name, _coefficients(fits, index))
        for index, name in enumerate(TREATMENTS)
    ]
    domain = ApplicabilityDomain(model.domain.axes, model.domain.edge)
    return CalibratedModel(calibrations, answers, domain).eval()


def _coefficients(fits: tuple[TargetFit, ...], index: int) -> NDArray[np.float64]:
    """Return what one treatment adds to every target, as one of many that average."""
    columns = [fit.maps[index].coefficients for fit in fits]
    return np.stack(columns, axis=1) / len(TREATMENTS)


def _fit_target(
    library: SpectralLibrary,
    far: Treated,
    soils: TreatedSoils,
    column: int,
    seed: int,
) -> TargetFit:
    known = analysed(far, library.values[:, column])
    rows = np.flatnonzero(np.isfinite(library.values[:, column]))
    model = fit_library(known, [library.farms[row] for row in rows])
    spread = float(np.concatenate([known.values, soils.values]).std())
    if not len(soils):
        return _library_fit(model, spread)
    return _localised_fit(model, soils, spread, seed)


def _library_fit(model: LibraryModel, spread: float) -> TargetFit:
    left_out = model.left_out
    return TargetFit(
        maps=model.maps,
        least=model.least,
        most=model.most,
        half_width=left_out.half_width,
        spread=spread,
        labels=0,
        split=LIBRARY_SPLIT,
        figures=agreement(left_out.observed, left_out.predicted),
    )


def _localised_fit(
    model: LibraryModel, soils: TreatedSoils, spread: float, seed: int
) -> TargetFit:
    prior, few = prior_of(model), _library_fit(model, spread)
    maps = fit_farm(soils, prior, seed)
    if len(soils) < fewest_errors(LEVEL):
        least, most = _wider_range(model, soils)
        return replace(few, maps=maps, least=least, most=most, labels=len(soils))
    answers = nested_predictions(soils, prior, seed)
    least, most = value_range(soils.values)
    return replace(
        few,
        maps=maps,
        least=least,
        most=most,
        half_width=finite_sample_quantile(np.abs(answers - soils.values), LEVEL),
        spread=float(soils.values.std()) or spread,
        labels=len(soils),
        split=FARM_SPLIT,
        figures=agreement(soils.values, answers),
    )


def _wider_range(model: LibraryModel, soils: TreatedSoils) -> tuple[float, float]:
    """Return the library's range, as wide as it must be for the farm's labels."""
    low, high = value_range(soils.values)
    return min(model.least, low), max(model.most, high)
