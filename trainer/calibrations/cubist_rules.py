"""Cubist, the rule-based model that spectral libraries are usually calibrated with.

A baseline only: its rules are no graph. The `cubist` package is under the GPL, so that
it is no dependency of this project; whoever wants the comparison installs it.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from trainer.calibrations.calibration import Soils
from trainer.calibrations.target_soils import target_soils
from trainer.calibrations.treated_view import FittedView, View, fit_view
from trainer.errors import CalibrationError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cubist:
    """Committees and neighbours, on principal components of one treatment.

    Attributes:
        treatment: What the components are of.
        components: How many the rules see.
        committees: How many rule sets are averaged.
        neighbours: How many known soils correct a rule's answer.
    """

    treatment: str = "variate of first derivative"
    components: int = 60
    committees: int = 20
    neighbours: int = 9

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return "cubist"

    def fit(self, soils: Soils, seed: int) -> "FittedCubist":
        """Grow the rules of every target."""
        columns = range(len(soils.targets))
        return FittedCubist(tuple(self._grow(soils, one, seed) for one in columns))

    def _grow(self, soils: Soils, column: int, seed: int) -> "TargetRules":
        known = target_soils(soils, column, seed)
        view = fit_view(View(self.treatment, is_autoscaled=False), known.scans)
        axes = np.linalg.svd(view.support, full_matrices=False)[2][: self.components].T
        rules = _cubist_class()(
            n_committees=self.committees,
            neighbors=self.neighbours,
            random_state=seed,
        )
        rules.fit(view.support @ axes, known.values)
        return TargetRules(view, axes, rules)


@dataclass(frozen=True, eq=False)
class TargetRules:
    """The rules of one target, and the components they see."""

    view: FittedView
    axes: Array
    rules: object

    def predict(self, scans: NDArray[np.float32]) -> Array:
        """Return one value a scan."""
        scores = self.view.rows(scans) @ self.axes
        with warnings.catch_warnings():
            # It names the columns of an array when it fits, and misses the names later.
            warnings.filterwarnings("ignore", "X does not have valid feature names")
            answers = self.rules.predict(scores)  # type: ignore[attr-defined] # ships no types
        return np.asarray(answers, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class FittedCubist:
    """Rules of all targets."""

    targets: tuple[TargetRules, ...]

    def predict(self, spectra: NDArray[np.float32]) -> Array:
        """Return one row a scan and one column a target."""
        return np.stack([one.predict(spectra) for one in self.targets], axis=1)

    def as_graph(self) -> nn.Module:
        """Refuse: rules with neighbours are no graph."""
        raise CalibrationError(
            "expected a calibration that is a graph, found cubist, which is a "
            "baseline; export `average` or `gaussian-process`"
        )


def _cubist_class() -> type:
    try:
        from cubist import Cubist as Rules  # noqa: PLC0415 - GPL, only where installed
    except ImportError as error:
        raise CalibrationError(
            "expected the package cubist, found none; it is under the GPL and not "
            "installed with terroir: `pip install cubist`, or leave this baseline out"
        ) from error
    found: type = Rules
    return found
