"""How a farm's labels and the library become one linear calibration a treatment.

Three members, averaged with equal weights over every treatment, because choosing
between them on few labels costs more than it gains:

* partial least squares on the farm's own soils,
* ridge regression on the farm's own soils,
* partial least squares on the farm's soils beside the library's, each library farm
  centred and scaled by itself, so that only what varies together inside farms counts.

The library's own model, moved to the farm's level, keeps a share that shrinks as labels
come in. The constants were set once for all LimeSoDa farms together, none by farm;
`make bench ONLY=localisation` measures what they give.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.component_choice import choose_components, soil_folds
from trainer.calibrations.cross_products import CrossProducts, products_of, total
from trainer.calibrations.linear_map import LinearMap, constant, mean_of
from trainer.calibrations.pls import PlsPath, fit_pls
from trainer.calibrations.ridge import fit_ridge
from trainer.localisation.library_model import LibraryFarm, LibraryModel
from trainer.localisation.treated_soils import Maps, TreatedSoils, predict

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

FEWEST_TO_FIT = 3
"""Below this a farm's own spectra say nothing; its labels still tell its level."""

LOCAL_COMPONENTS = 10
SPIKED_COMPONENTS = 12
INNER_FOLDS = 10
LABELS_PER_LIBRARY_FARM = 10.0
"""One library farm weighs as much as this many of the farm's own soils."""

LIBRARY_LABELS = 3.0
"""The library's own model weighs as much as a model from this many labels."""


@dataclass(frozen=True, eq=False)
class Prior:
    """What the library brings to every fit of one target.

    Attributes:
        model: The library's own model.
        inside: Sums over farms that were centred and scaled each by itself.
    """

    model: LibraryModel
    inside: tuple[CrossProducts, ...]


def prior_of(model: LibraryModel) -> Prior:
    """Return what a farm's fits need of the library."""
    treatments = range(len(model.maps))
    return Prior(
        model,
        tuple(
            total(_inside(farm, index) for farm in model.farms) for index in treatments
        ),
    )


def fit_farm(soils: TreatedSoils, prior: Prior, seed: int) -> Maps:
    """Fit one calibration a treatment to a farm's soils, of which there is one."""
    share = LIBRARY_LABELS / (LIBRARY_LABELS + len(soils))
    return tuple(
        LinearMap(
            share * far.coefficients + (1 - share) * near.coefficients,
            share * far.intercept + (1 - share) * near.intercept,
        )
        for far, near in zip(
            _moved(soils, prior.model), _own_maps(soils, prior, seed), strict=True
        )
    )


def _moved(soils: TreatedSoils, model: LibraryModel) -> Maps:
    """Return the library's maps, moved as far as the labels can be believed."""
    misses = soils.values - predict(model.maps, soils.treated)
    between, within = model.left_out.between, model.left_out.within
    believed = between / (between + within / len(soils)) if between else 0.0
    return tuple(one.plus(believed * float(misses.mean())) for one in model.maps)


def _own_maps(soils: TreatedSoils, prior: Prior, seed: int) -> Maps:
    if len(soils) < FEWEST_TO_FIT or not soils.values.std():
        level = float(soils.values.mean())
        return tuple(constant(level, one.shape[1]) for one in soils.treated)
    folds = soil_folds(len(soils), INNER_FOLDS, seed)
    return tuple(
        mean_of(
            [
                _own_pls(treated, soils.values, folds),
                fit_ridge(treated, soils.values),
                _spiked_pls(treated, soils.values, inside, folds),
            ]
        )
        for treated, inside in zip(soils.treated, prior.inside, strict=True)
    )


def _own_pls(
    treated: Array, values: Array, folds: Sequence[tuple[Rows, Rows]]
) -> LinearMap:
    fewest = min(len(kept) for kept, _ in folds)
    components = max(1, min(LOCAL_COMPONENTS, fewest - 1))

    def fit(rows: Rows) -> PlsPath:
        return fit_pls(products_of(treated[rows], values[rows]), components)

    count = choose_components(fit, treated, values, folds)
    return _step(fit(np.arange(len(values))), count)


def _spiked_pls(
    treated: Array,
    values: Array,
    inside: CrossProducts,
    folds: Sequence[tuple[Rows, Rows]],
) -> LinearMap:
    library = inside.with_target_times(float(values.std()))

    def fit(rows: Rows) -> PlsPath:
        centre, level = treated[rows].mean(axis=0), float(values[rows].mean())
        near = products_of(treated[rows] - centre, values[rows] - level)
        path = fit_pls(library + near, SPIKED_COMPONENTS)
        moved = path.intercepts + level - path.coefficients @ centre
        return PlsPath(path.coefficients, moved)

    count = choose_components(fit, treated, values, folds)
    return _step(fit(np.arange(len(values))), count)


def _step(path: PlsPath, components: int) -> LinearMap:
    last = components - 1
    return LinearMap(path.coefficients[last], float(path.intercepts[last]))


def _inside(farm: LibraryFarm, index: int) -> CrossProducts:
    """Return a library farm's sums about its own mean, in its own deviations."""
    treated, values = farm.soils.treated[index], farm.soils.values
    spread = float(values.std()) or 1.0
    return products_of(
        treated - treated.mean(axis=0),
        (values - values.mean()) / spread,
        LABELS_PER_LIBRARY_FARM / len(values),
    )
