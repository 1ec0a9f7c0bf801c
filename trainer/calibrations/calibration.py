"""What every calibration is: settings that fit soils and give something that predicts.

Whoever evaluates, compares or exports calibrations needs no more than this. A fit sees
only the soils it is given and makes every choice inside them; whatever shares a group
is never on both sides of such a choice.
"""

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import nn

from protocols.wavelength_grid import WavelengthGrid
from trainer.errors import CalibrationError


@dataclass(frozen=True, eq=False)
class Soils:
    """Soils to learn from.

    Attributes:
        spectra: Reflectance as a fraction, one row a soil.
        values: Laboratory values, one column a target, NaN where there is none.
        groups: One name a soil; what shares it stays together in every split.
        grid: Where the bands lie.
        targets: One name a column of `values`.
    """

    spectra: NDArray[np.float32]
    values: NDArray[np.float64]
    groups: tuple[str, ...]
    grid: WavelengthGrid
    targets: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        count = len(self.groups)
        _expect("spectra shaped", (count, self.grid.bands), self.spectra.shape)
        _expect("values shaped", (count, len(self.targets)), self.values.shape)

    def __len__(self) -> int:
        """Return how many soils there are."""
        return len(self.groups)

    def take(self, rows: NDArray[np.intp]) -> "Soils":
        """Return some of the soils."""
        return replace(
            self,
            spectra=self.spectra[rows],
            values=self.values[rows],
            groups=tuple(self.groups[row] for row in rows),
        )


@runtime_checkable
@runtime_checkable
class FittedCalibration(Protocol):
    """What a fit leaves behind."""

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return one row a scan and one column a target."""
        ...

    def as_graph(self) -> nn.Module:
        """Return the module that maps spectra to values, or raise CalibrationError."""
        ...


@runtime_checkable
@runtime_checkable
class Calibration(Protocol):
    """Settings from which a fit follows, given soils and a seed."""

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        ...

    def fit(self, soils: Soils, seed: int) -> FittedCalibration:
        """Learn from `soils` alone."""
        ...


def _expect(what: str, expected: object, found: object) -> None:
    if expected != found:
        raise CalibrationError(f"expected {what} {expected}, found {found}")
