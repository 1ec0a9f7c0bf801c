"""What a library can tell of a farm it has never seen, and how wrong it will be.

Instruments and laboratories differ between farms, so everything is judged by leaving
whole farms out: how many components, how far predictions may leave the library's mean,
and how wide the interval must be. Each farm counts the same, however many soils it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.conformal import LEVEL
from trainer.calibrations.cross_products import CrossProducts, products_of, total
from trainer.calibrations.linear_map import LinearMap
from trainer.calibrations.pls import PlsPath, fit_pls
from trainer.calibrations.target_model import believable_range
from trainer.errors import CalibrationError
from trainer.evaluation.agreement import Agreement, agreement
from trainer.localisation.treated_soils import Maps, Treated, TreatedSoils, predict

Array = NDArray[np.float64]

MOST_COMPONENTS = 12
STAND_INS = 5
"""Into how many groups a single farm is split when there is no second one."""


@dataclass(frozen=True, eq=False)
class LibraryFarm:
    """One farm of the library with its sums, each soil weighing 1 / soils."""

    soils: TreatedSoils
    products: tuple[CrossProducts, ...]


@dataclass(frozen=True, eq=False)
class LeftOut:
    """What the library said of farms that it had not seen.

    Attributes:
        figures: Agreement of what all other farms predicted with the laboratory.
        half_width: Holds LEVEL of the soils of the worst farm.
        between: Mean square of the farms' mean errors.
        within: Mean variance of errors inside the farms.
    """

    figures: Agreement
    half_width: float
    between: float
    within: float


@dataclass(frozen=True, eq=False)
class LibraryModel:
    """The library's calibrations, one a treatment, and how they do elsewhere."""

    maps: Maps
    left_out: LeftOut
    least: float
    most: float


def fit_library(soils: TreatedSoils, farms: Sequence[str]) -> LibraryModel:
    """Fit the library's own model for one target."""
    if not len(soils):
        raise CalibrationError("expected a target with values in the library, found 0")
    groups = np.array(_groups(farms))
    members = tuple(
        library_farm(soils.take(np.flatnonzero(groups == name)))
        for name in np.unique(groups)
    )
    least, most = believable_range(soils.values)
    return LibraryModel(
        maps=_transfer_maps(members),
        left_out=_leave_farms_out(members),
        least=least,
        most=most,
    )


def library_farm(soils: TreatedSoils) -> LibraryFarm:
    """Return a farm with its sums."""
    share = 1 / len(soils)
    products = (products_of(one, soils.values, share) for one in soils.treated)
    return LibraryFarm(soils, tuple(products))


def _groups(farms: Sequence[str]) -> Sequence[str]:
    if len(set(farms)) > 1:
        return farms
    return [str(index % STAND_INS) for index in range(len(farms))]


def _transfer_maps(farms: Sequence[LibraryFarm]) -> Maps:
    """Fit one calibration a treatment, drawn towards the mean as far as pays."""
    if len(farms) == 1:
        soils = farms[0].soils
        farms = [library_farm(soils.take(rows)) for rows in _split(len(soils))]
    fits = [_fit_treatment(farms, index) for index in range(len(farms[0].products))]
    trust = _trust(farms, np.mean([guesses for _, guesses in fits], axis=0))
    level = total(farm.products[0] for farm in farms).level
    return tuple(one.times(trust).plus(level * (1 - trust)) for one, _ in fits)


def _split(soils: int) -> list[NDArray[np.intp]]:
    count = min(STAND_INS, max(soils, 2))
    return [rows for one in range(count) if (rows := np.arange(one, soils, count)).size]


def _fit_treatment(farms: Sequence[LibraryFarm], index: int) -> tuple[LinearMap, Array]:
    """Return the calibration, and what it says of each farm when that is left out."""
    components = min(MOST_COMPONENTS, sum(len(farm.soils) for farm in farms) - 1)
    paths = [
        _fit([*farms[:out], *farms[out + 1 :]], index, components).predict(
            farm.soils.treated[index]
        )
        for out, farm in enumerate(farms)
    ]
    errors = [
        ((path - farm.soils.values[:, np.newaxis]) ** 2).mean(axis=0)
        for path, farm in zip(paths, farms, strict=True)
    ]
    best = int(np.mean(errors, axis=0).argmin())
    fitted = _fit(farms, index, best + 1)
    chosen = LinearMap(fitted.coefficients[best], float(fitted.intercepts[best]))
    return chosen, np.concatenate([path[:, best] for path in paths])


def _fit(farms: Sequence[LibraryFarm], index: int, components: int) -> PlsPath:
    return fit_pls(total(farm.products[index] for farm in farms), components)


def _trust(farms: Sequence[LibraryFarm], guesses: Array) -> float:
    """Return the slope, 0 to 1, of observed on guessed departures from the mean."""
    sizes = [len(farm.soils) for farm in farms]
    share = np.repeat([1 / size for size in sizes], sizes)
    observed = np.concatenate([farm.soils.values for farm in farms])
    level = float(share @ observed / share.sum())
    moved = guesses - level
    power = float(share @ moved**2)
    if power == 0:
        return 0.0
    return float(np.clip(share @ (moved * (observed - level)) / power, 0, 1))


def _leave_farms_out(farms: Sequence[LibraryFarm]) -> LeftOut:
    """Refit everything without each farm, and see what it says of that farm."""
    observed = [farm.soils.values for farm in farms]
    predicted = [
        _predict_within(
            (*farms[:out], *farms[out + 1 :]) or (farm,), farm.soils.treated
        )
        for out, farm in enumerate(farms)
    ]
    errors = [truth - guess for truth, guess in zip(observed, predicted, strict=True)]
    return LeftOut(
        figures=agreement(np.concatenate(observed), np.concatenate(predicted)),
        half_width=_widest_farm([np.abs(error) for error in errors]),
        between=float(np.mean([error.mean() ** 2 for error in errors])),
        within=float(np.mean([error.var() for error in errors])),
    )


def _predict_within(farms: Sequence[LibraryFarm], treated: Treated) -> Array:
    least, most = believable_range(
        np.concatenate([farm.soils.values for farm in farms])
    )
    return np.clip(predict(_transfer_maps(farms), treated), least, most)


def _widest_farm(errors: Sequence[Array]) -> float:
    """Return the error that holds LEVEL of the soils in every farm left out.

    A new farm is one more draw of a farm. With fewer than nine of them, nothing short
    of the worst can be promised.
    """
    return max(float(np.quantile(one, LEVEL, method="higher")) for one in errors)
