"""From a library and a farm's labels to the package that its devices install."""

from collections.abc import Iterator

from protocols.model_package import CARD, build_package
from trainer.errors import CalibrationError
from trainer.export.exporter import Exporter
from trainer.export.model_card import model_card
from trainer.localisation.farm_model import FarmModel, as_module, localise
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge
from trainer.localisation.package.carried_soils import carried_soils
from trainer.localisation.package.package_manifest import manifest_of, targets_of
from trainer.localisation.package.package_order import PackageOrder
from trainer.localisation.package.package_proof import golden_vectors, proof_scans

__all__ = ["PackageOrder", "make_farm_package"]


def make_farm_package(
    knowledge: LibraryKnowledge,
    farm: FarmSoils,
    order: PackageOrder,
    exporter: Exporter | None = None,
) -> bytes:
    """Fit, export, prove and pack; the same inputs give the same bytes.

    Without labels the model is the library's alone; with labels it is the farm's.
    Whoever makes many packages passes the same `exporter` to each.
    """
    _check_fit_together(knowledge, farm)
    # Its own soils in the library would make the farm look easier than it is.
    knowledge = knowledge.without_farm(order.farm)
    fitted = localise(knowledge, farm, order.seed)
    return pack_farm_model(fitted, knowledge, farm, order, exporter or Exporter())


def pack_farm_model(
    fitted: FarmModel,
    knowledge: LibraryKnowledge,
    farm: FarmSoils,
    order: PackageOrder,
    exporter: Exporter,
) -> bytes:
    """Export, prove and pack a fitted model; `exporter` serves farms of one shape."""
    module = as_module(fitted)
    spreads = [target.spread for target in targets_of(fitted, knowledge)]
    scans = proof_scans(knowledge, farm)
    exported = exporter.export(module, scans, spreads, order.budget)
    manifest = manifest_of(fitted, knowledge, farm, order, exported.artefacts)
    golden = golden_vectors(module, scans)
    remarks = (*knowledge.remarks, *_trusted(fitted, knowledge))
    carried = carried_soils(fitted, knowledge)
    card = model_card(manifest, (*remarks, carried), graphs=exported.sentences)
    return build_package(
        manifest, {**exported.members, CARD: card.encode(), **golden.to_members()}
    )


def _trusted(fitted: FarmModel, knowledge: LibraryKnowledge) -> Iterator[str]:
    """Yield what was trusted and why, target by target."""
    for target, decision in zip(knowledge.targets, fitted.decisions, strict=True):
        yield f"{target}: {' '.join(decision.sentences())}"


def _check_fit_together(knowledge: LibraryKnowledge, farm: FarmSoils) -> None:
    expected = (knowledge.grid.bands, len(knowledge.targets))
    found = (farm.spectra.shape[1], farm.values.shape[1])
    if expected != found:
        raise CalibrationError(
            f"expected the farm's soils with {expected[0]} bands and {expected[1]} "
            f"targets as in the library, found {found[0]} and {found[1]}"
        )
