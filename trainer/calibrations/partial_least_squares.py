"""Partial least squares: view and components of least error on grouped folds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.calibrations.cross_products import products_of
from trainer.calibrations.fitted_targets import FittedTargets, fit_targets
from trainer.calibrations.member import LinearTerm, Member
from trainer.calibrations.pls import PlsPath, fit_pls
from trainer.calibrations.shared_kernel import fit_views
from trainer.calibrations.target_soils import TargetSoils
from trainer.calibrations.treated_view import FittedView
from trainer.treatments.spectral_treatments import TREATMENTS

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PartialLeastSquares:
    """Which treatments and how many components are tried."""

    treatments: tuple[str, ...] = TREATMENTS
    components: int = 20
    folds: int = 10

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return "pls"

    def fit(self, soils: Soils, seed: int) -> FittedTargets:
        """Choose and fit for every target."""
        return fit_targets(soils, seed, self._members)

    def _members(self, soils: TargetSoils) -> tuple[Member, ...]:
        views = fit_views(self.treatments, soils.scans)
        errors = np.stack([self._left_out_errors(soils, view) for view in views])
        view_at, last = np.unravel_index(int(errors.argmin()), errors.shape)
        view = views[view_at]
        path = self._path(view.support, soils.values)
        term = LinearTerm(view, path.coefficients[last])
        return (Member((term,), float(path.intercepts[last])),)

    def _left_out_errors(self, soils: TargetSoils, view: FittedView) -> Array:
        """Return the mean square error at every number of components."""
        squares = np.zeros(self.components)
        for kept, out in soils.folds(self.folds):
            path = self._path(view.support[kept], soils.values[kept])
            misses = path.predict(view.support[out]) - soils.values[out, np.newaxis]
            squares += (misses**2).sum(axis=0)
        return squares

    def _path(self, rows: Array, values: Array) -> PlsPath:
        return fit_pls(products_of(rows, values), self.components)
