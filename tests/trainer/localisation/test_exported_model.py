"""What is exported answers as the members do, whatever the farm trusts."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from protocols.package_manifest import Artefact
from tests.trainer.export.parity import assert_answers_alike
from tests.trainer.localisation.made_soils import (
    CARBON,
    CLAY,
    GRID,
    made_farm,
    made_knowledge,
    made_library,
)
from trainer.export.export_parity import answer_of
from trainer.export.graph_signature import scan_signature
from trainer.export.onnx_graph import to_onnx
from trainer.localisation.farm_model import FarmModel, as_module, localise
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)
from trainer.localisation.package.carried_soils import carried_soils
from trainer.localisation.package.package_order import PackageOrder
from trainer.localisation.target_fit import TargetFit

Array = NDArray[np.float64]

WITH_MEMORY = made_knowledge(4, 30)
TOO_FEW_FOR_MEMORY = made_knowledge(4, 20)
FORBIDDEN = learn_library(replace(made_library(4, 20), licence="none stated"))
SCANS = made_farm(60, start=100).spectra
ARTEFACTS = (
    Artefact(member="model.onnx", precision="float32", runtimes=("onnxruntime",)),
)
ORDER = PackageOrder("acme", "home-farm", None, datetime(2026, 1, 1, tzinfo=UTC))


def told_by_members(fit: TargetFit) -> Array:
    """Return the mean of members and memory by their shares, in double precision."""
    told = fit.model.predict(SCANS)
    if fit.memory is not None:
        asked = answer_of_memory(fit)
        told = fit.memory.share * asked + (1 - fit.memory.share) * told
    return np.clip(told, fit.model.least, fit.model.most)


def answer_of_memory(fit: TargetFit) -> Array:
    (memory,) = [one.memory for one in WITH_MEMORY.by_target]
    assert memory is not None
    assert fit.memory is not None
    assert fit.memory.graph is memory.memories[0]
    return memory.predict(SCANS)[:, 0]


@pytest.mark.parametrize("knowledge", [WITH_MEMORY, TOO_FEW_FOR_MEMORY])
@pytest.mark.parametrize("labels", [0, 1, 2, 3, 8, 9, 30])
def test_the_module_answers_as_its_members(
    knowledge: LibraryKnowledge, labels: int
) -> None:
    model = localise(knowledge, made_farm(labels))
    (fit,) = model.fits

    told = answer_of(as_module(model), SCANS).value[:, 0]

    np.testing.assert_allclose(told, told_by_members(fit), atol=1e-4 * fit.spread)


def test_a_memory_that_declared_units_speak_for_is_asked() -> None:
    (fit,) = localise(WITH_MEMORY, made_farm(8)).fits

    assert fit.memory is not None
    shares = dict(fit.decision.members)
    assert shares["Library's nearest soils"] == pytest.approx(fit.memory.share)
    assert [one.name for one in fit.decision.experts][1:] == ["Library's nearest soils"]


def test_no_memory_is_asked_where_units_do_not_fit() -> None:
    farm = made_farm(30)
    farm.values[:] = 40 - 3 * farm.values

    (fit,) = localise(WITH_MEMORY, farm).fits

    assert fit.memory is None
    assert len(fit.decision.experts) == 1


@pytest.mark.parametrize("labels", [2, 9])
def test_graphs_pass_the_proof_of_parity(labels: int) -> None:
    knowledge = made_knowledge(3, 20, (CARBON, CLAY))
    farm = made_farm(labels, targets=2)
    model = localise(knowledge, farm)
    module = as_module(model)

    graph = to_onnx(module, scan_signature(GRID.bands))

    assert_answers_alike(graph, module, SCANS)


@pytest.mark.slow
def test_a_graph_that_asks_the_memory_passes_it_too() -> None:
    farm = made_farm(8)
    model = localise(WITH_MEMORY, farm)
    module = as_module(model)

    graph = to_onnx(module, scan_signature(GRID.bands))

    assert model.fits[0].memory is not None
    assert_answers_alike(graph, module, SCANS)


def supports_of(model: FarmModel) -> set[int]:
    """Return how many soils support each kernel of the members."""
    return {
        len(term.view.support)
        for fit in model.fits
        for member in fit.model.members
        for term in member.terms
    }


@pytest.mark.parametrize("labels", [0, 2, 12])
def test_farms_without_the_librarys_soils_carry_only_their_own(labels: int) -> None:
    model = localise(FORBIDDEN, made_farm(labels))

    assert not FORBIDDEN.carries_samples
    assert supports_of(model) == {labels if labels > 2 else 0}
    assert model.fits[0].memory is None
    told = carried_soils(model, FORBIDDEN)
    assert ("none of the library" if labels > 2 else "no soil") in told


def test_soils_of_the_library_are_told_where_they_are_carried() -> None:
    model = localise(TOO_FEW_FOR_MEMORY, made_farm(12))

    assert max(supports_of(model)) == 80 + 12
    told = carried_soils(model, TOO_FEW_FOR_MEMORY)
    assert "up to 12 soils of the farm itself, and of up to 80 soils" in told


def test_labels_alone_carry_no_soils_of_the_library() -> None:
    model = localise(TOO_FEW_FOR_MEMORY, made_farm(12), way="local")

    assert supports_of(model) == {12}
    assert "none of the library" in carried_soils(model, TOO_FEW_FOR_MEMORY)
