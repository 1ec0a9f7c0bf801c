"""Arms that learn from one side only: the farm's labels, or the library."""

from dataclasses import dataclass, field

import numpy as np

from trainer.calibrations.calibration import Calibration, FittedCalibration, Soils
from trainer.calibrations.partial_least_squares import PartialLeastSquares
from trainer.errors import LibraryError
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.transfer_arms.known_targets import fit_known_targets
from trainer.localisation.transfer_arms.network_shelf import ShelvedNetwork
from trainer.localisation.transfer_arms.transfer_arm import library_beside
from trainer.training.network_calibration import NetworkCalibration

KEEPING_NO_SOILS = (NetworkCalibration, ShelvedNetwork, PartialLeastSquares)
"""Calibrations whose fits are weights or coefficients; kernels keep soils."""


@dataclass(frozen=True)
class LocalOnly:
    """The farm's own labels and nothing else: what every transfer has to beat."""

    calibration: Calibration
    title: str = ""
    needs_library_samples: bool = False
    learns_from_labels: bool = True

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return self.title or f"local:{self.calibration.name}"

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedCalibration:
        """Fit the farm's labels; too few for that give their mean."""
        del library  # the point of it
        return fit_known_targets(self.calibration, farm, seed)


@dataclass(frozen=True)
class LibraryOnly:
    """The library, or some of its farms by name, and none of the farm's labels.

    Attributes:
        calibration: What is fitted to the library.
        farms: Names of the farms to learn from; empty for all.
        fitted: What was learned from the library elsewhere; with it, none is needed.
    """

    calibration: Calibration
    farms: tuple[str, ...] = ()
    fitted: FittedCalibration | None = field(default=None, repr=False)
    learns_from_labels: bool = False

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        place = f"library@{','.join(self.farms)}" if self.farms else "global"
        return f"{place}:{self.calibration.name}"

    @property
    def needs_library_samples(self) -> bool:
        """Whether what it learns is itself made of the library's samples."""
        return not isinstance(self.calibration, KEEPING_NO_SOILS)

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedCalibration:
        """Fit the library; of the farm only grid and targets are looked at."""
        if self.fitted is not None:
            return self.fitted
        if library is not None and self.farms:
            library = sub_library(library, self.farms)
        return self.calibration.fit(library_beside(library, farm, self.name), seed)


def sub_library(library: SpectralLibrary, farms: tuple[str, ...]) -> SpectralLibrary:
    """Return the named farms that the library has, or refuse to be left with none.

    A name that is not there is passed over: in a study the farm judged is no part of
    its own library, whatever it is named in.
    """
    kept = np.array([farm in farms for farm in library.farms], dtype=bool)
    if not kept.any():
        raise LibraryError(
            f"expected one of the farms {', '.join(farms)} in the library, found "
            f"{', '.join(library.farm_names)}; name farms that it has"
        )
    return library.where(kept)
