"""Fit farms by the method that was asked for."""

from collections.abc import Sequence

from trainer.fleet.localisation_order import LocalisationOrder
from trainer.localisation.farm_model import FarmModel, localise_many
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge
from trainer.localisation.stack_fit import Way


def fit_farms(
    knowledge: LibraryKnowledge, farms: Sequence[FarmSoils], order: LocalisationOrder
) -> list[FarmModel]:
    """Return each farm's model; one by one they would come out the same."""
    way: Way = "local" if order.method == "local" else "auto"
    taught = [taught_by(farm, order) for farm in farms]
    return localise_many(knowledge, taught, order.seed, way)


def taught_by(farm: FarmSoils, order: LocalisationOrder) -> FarmSoils:
    """Return the soils that the method learns from: none for the library's own."""
    if order.method != "library":
        return farm
    return FarmSoils((), farm.spectra[:0], farm.values[:0])
