"""What all farms of a run share: knowledge, order, and what the library expects."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibrated_model import CalibratedModel
from trainer.export.export_parity import answer_of
from trainer.fleet.declared_units import Expectation, unit_doubt
from trainer.fleet.farm_reading import ReadFarm
from trainer.fleet.known_scans import KnownScans, known_scans
from trainer.fleet.localisation_order import LocalisationOrder
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_model import FarmModel, as_module, localise
from trainer.localisation.farm_soils import FarmSoils

Knowledge = SpectralLibrary


@dataclass(frozen=True, eq=False)
class LocalisationWork:
    """What is done once, whatever the number of farms.

    Attributes:
        knowledge: What the library taught.
        order: What is asked of every farm.
        unlabelled: The library's own model, which expects values for any scan.
        known: Where the middle of the library's values lie a target, if it is here.
        scans: The library's scans, if they are here.
    """

    knowledge: Knowledge
    order: LocalisationOrder
    unlabelled: FarmModel
    known: tuple[tuple[float, float], ...] | None
    scans: KnownScans | None

    @cached_property
    def _expects(self) -> CalibratedModel:
        """The library's own model, built once a process."""
        return as_module(self.unlabelled)

    def doubts(self, farm: ReadFarm) -> tuple[str, ...]:
        """Return a warning for each target that looks to be in another unit."""
        labelled = farm.soils
        if not labelled.samples:
            return ()
        expected = answer_of(self._expects, labelled.spectra).value
        found = (
            unit_doubt(
                name,
                labelled.values[:, at],
                Expectation(
                    expected[:, at].astype(np.float64),
                    float(self.unlabelled.fits[at].half_width),
                    self.known[at] if self.known else None,
                ),
            )
            for at, name in enumerate(self.knowledge.targets)
        )
        return tuple(one for one in found if one is not None)


def shared_work(knowledge: Knowledge, order: LocalisationOrder) -> LocalisationWork:
    """Do once what all farms share."""
    nobody = FarmSoils(
        (),
        np.zeros((0, knowledge.grid.bands), np.float32),
        np.zeros((0, len(knowledge.targets))),
    )
    return LocalisationWork(
        knowledge=knowledge,
        order=order,
        unlabelled=localise(knowledge, nobody, order.seed),
        known=_middles(knowledge.values),
        scans=known_scans(knowledge),
    )


def _middles(values: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    found = (np.nanquantile(column, (0.05, 0.95)) for column in values.T)
    return tuple((float(low), float(high)) for low, high in found)
