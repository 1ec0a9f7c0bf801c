"""From a library and a farm's labels to the package that its devices install."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import GoldenVectors
from protocols.model_package import CARD, build_package
from trainer.calibrations.calibrated_model import CalibratedModel
from trainer.errors import CalibrationError
from trainer.export.export_parity import answer_of, check_parity
from trainer.export.golden_scans import choose_golden_scans
from trainer.export.graph_template import GraphTemplates
from trainer.export.model_card import model_card
from trainer.localisation.farm_model import FarmModel, as_module, localise
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge
from trainer.localisation.package.carried_soils import carried_soils
from trainer.localisation.package.package_manifest import manifest_of
from trainer.localisation.package.package_order import PackageOrder

__all__ = ["PackageOrder", "make_farm_package"]

GRAPH = "model.onnx"


def make_farm_package(
    knowledge: LibraryKnowledge,
    farm: FarmSoils,
    order: PackageOrder,
    graphs: GraphTemplates | None = None,
) -> bytes:
    """Fit, export, prove and pack; the same inputs give the same bytes.

    Without labels the model is the library's alone; with labels it is the farm's.
    Whoever makes many packages passes the same `graphs` to each.
    """
    _check_fit_together(knowledge, farm)
    # Its own soils in the library would make the farm look easier than it is.
    knowledge = knowledge.without_farm(order.farm)
    fitted = localise(knowledge, farm, order.seed)
    return pack_farm_model(fitted, knowledge, farm, order, graphs or GraphTemplates())


def pack_farm_model(
    fitted: FarmModel,
    knowledge: LibraryKnowledge,
    farm: FarmSoils,
    order: PackageOrder,
    graphs: GraphTemplates,
) -> bytes:
    """Export, prove and pack a fitted model; `graphs` serves farms of one shape."""
    module = as_module(fitted)
    manifest = manifest_of(fitted, knowledge, farm, order)
    graph = graphs.to_onnx(module, knowledge.grid.bands)
    scans = _golden_scans(module, knowledge, farm)
    golden = GoldenVectors(scans, check_parity(graph, module, scans, manifest))
    remarks = (*knowledge.remarks, *_trusted(fitted, knowledge))
    card = model_card(manifest, (*remarks, carried_soils(fitted, knowledge)))
    return build_package(
        manifest, {GRAPH: graph, CARD: card.encode(), **golden.to_members()}
    )


def _trusted(fitted: FarmModel, knowledge: LibraryKnowledge) -> Iterator[str]:
    """Yield what was trusted and why, target by target."""
    for target, decision in zip(knowledge.targets, fitted.decisions, strict=True):
        yield f"{target}: {' '.join(decision.sentences())}"


def _golden_scans(
    module: CalibratedModel, knowledge: LibraryKnowledge, farm: FarmSoils
) -> NDArray[np.float32]:
    """Choose among the farm's scans, or made ones: never a soil of the library."""
    known = farm.spectra if len(farm.samples) else knowledge.scans
    return choose_golden_scans(known, answer_of(module, known).value[:, 0])


def _check_fit_together(knowledge: LibraryKnowledge, farm: FarmSoils) -> None:
    expected = (knowledge.grid.bands, len(knowledge.targets))
    found = (farm.spectra.shape[1], farm.values.shape[1])
    if expected != found:
        raise CalibrationError(
            f"expected the farm's soils with {expected[0]} bands and {expected[1]} "
            f"targets as in the library, found {found[0]} and {found[1]}"
        )
