"""The port through which a farm's model is made, and the one that makes real ones."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from protocols.wavelength_grid import WavelengthGrid
from trainer.export.export_budget import ExportBudget
from trainer.export.exporter import Exporter
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import learn_library
from trainer.localisation.known_trials import with_known_trials
from trainer.localisation.package.farm_package import PackageOrder, make_farm_package

LOG = logging.getLogger(__name__)


class Fitter(Protocol):
    """Makes a package from a farm's soils."""

    @property
    def grid(self) -> WavelengthGrid:
        """The grid that spectra must come on."""

    @property
    def targets(self) -> Sequence[str]:
        """The properties that it tells, in order."""

    def fit(self, farm: FarmSoils, order: PackageOrder) -> bytes:
        """Return the package; with no soils at all, the global model."""


class LibraryFitter:
    """Fits a farm against a spectral library that stays loaded."""

    def __init__(self, library: SpectralLibrary, budget: ExportBudget) -> None:
        """Fit against `library`, learned from once; graphs may cost `budget`."""
        self._library = library
        self._knowledge = learn_library(library)
        self._budget = budget
        self._exporter = Exporter()

    def measure(self) -> None:
        """Leave farms out of the library once: later packages tell what that found.

        It takes as long as dozens of fits. Farms are fitted meanwhile.
        """
        self._knowledge = with_known_trials(self._knowledge, self._library)
        LOG.info("measured how intervals hold on farms left out of the library")

    @property
    def grid(self) -> WavelengthGrid:
        """The library's grid."""
        return self._library.grid

    @property
    def targets(self) -> Sequence[str]:
        """The library's targets."""
        return self._library.targets

    def fit(self, farm: FarmSoils, order: PackageOrder) -> bytes:
        """Return the farm's package."""
        within = replace(order, budget=self._budget)
        return make_farm_package(self._knowledge, farm, within, self._exporter)
