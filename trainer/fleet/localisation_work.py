"""What all farms of a run share: knowledge, order, and what the library expects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.fleet.declared_units import Expectation, unit_doubt
from trainer.fleet.farm_reading import ReadFarm
from trainer.fleet.known_scans import KnownScans, known_scans
from trainer.fleet.localisation_order import LocalisationOrder
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)
from trainer.localisation.treated_soils import predict, treat_all


@dataclass(frozen=True, eq=False)
class LocalisationWork:
    """What is done once, whatever the number of farms.

    Attributes:
        knowledge: What the library taught.
        order: What is asked of every farm.
        known: Where the middle of the library's values lie a target, if it is here.
        scans: The library's scans, if they are here.
    """

    knowledge: LibraryKnowledge
    order: LocalisationOrder
    known: tuple[tuple[float, float], ...] | None = None
    scans: KnownScans | None = None

    def inputs_digest(self, farm: str, source: str) -> str:
        """Return the sha256 of everything that a farm's package follows from."""
        knowledge = self.knowledge
        carried = (str(knowledge.carries_samples), str(bool(knowledge.trials)))
        learned = (knowledge.digest, *carried, *knowledge.targets)
        return self.order.inputs_digest("\0".join(learned), farm, source)

    def doubts(self, farm: ReadFarm) -> tuple[str, ...]:
        """Return a warning for each target that looks to be in another unit."""
        labelled = farm.soils
        if not labelled.samples:
            return ()
        treated, targets = treat_all(labelled.spectra), self.knowledge.targets
        found = []
        for at, (name, taught) in enumerate(
            zip(targets, self.knowledge.by_target, strict=True)
        ):
            expected = Expectation(
                values=np.clip(predict(taught.model.maps, treated), 0, None),
                half_width=taught.model.left_out.half_width,
                known=self.known[at] if self.known else None,
            )
            found.append(unit_doubt(name, labelled.values[:, at], expected))
        return tuple(one for one in found if one is not None)


def work_of_library(
    library: SpectralLibrary, order: LocalisationOrder, *, with_samples: bool
) -> LocalisationWork:
    """Learn from a library once what all farms share."""
    return LocalisationWork(
        knowledge=learn_library(library, keeps_samples=with_samples),
        order=order,
        known=_middles(library.values),
        scans=known_scans(library),
    )


def _middles(values: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    found = (np.nanquantile(column, (0.05, 0.95)) for column in values.T)
    return tuple((float(low), float(high)) for low, high in found)
