"""One export serves many farms, and each farm's graph is what it would be alone."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from tests.trainer.calibrations.one_answer_graph import ContractOf
from tests.trainer.export.linear_calibration import LinearCalibration
from tests.trainer.localisation.made_soils import (
    GRID,
    made_farm,
    made_library,
)
from trainer.calibrations.applicability_domain import (
    ApplicabilityDomain,
    Scatter,
    domain_axes,
)
from trainer.calibrations.calibrated_model import AnswerRange, CalibratedModel
from trainer.errors import ExportError
from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.graph_signature import scan_signature
from trainer.export.graph_template import GraphTemplates, graph_template
from trainer.export.module_structure import structure_of
from trainer.export.onnx_graph import to_onnx
from trainer.localisation.farm_model import as_module, localise
from trainer.localisation.knowledge.library_knowledge import learn_library
from trainer.treatments.spectral_treatments import DOMAIN_TREATMENT, TREATMENTS, treat

SCANS = made_farm(12).spectra
BANDS = {"first derivative": 92, "second derivative": 88}


def linear_model(seed: int, targets: int = 2) -> CalibratedModel:
    """Return a model of the shape of a farm's, with numbers drawn at random."""
    random = np.random.default_rng(seed)
    calibrations = [
        LinearCalibration(
            name,
            random.normal(
                size=(BANDS.get(name.removeprefix("variate of "), 102), targets)
            ),
        )
        for name in TREATMENTS
    ]
    answers = AnswerRange(
        intercept=random.normal(2, 1, targets),
        least=np.zeros(targets),
        most=np.full(targets, 50.0),
        half_width=random.uniform(0, 1, targets),
    )
    return CalibratedModel(calibrations, answers, made_domain(random)).eval()


def made_domain(random: np.random.Generator) -> ApplicabilityDomain:
    """Return a domain; how many directions it has depends on the draw."""
    shape = (40, treat(DOMAIN_TREATMENT, SCANS[:1]).shape[1])
    rows = random.normal(size=shape) * 0.7 ** (np.arange(shape[1]) * random.uniform())
    axes = domain_axes(Scatter(rows.mean(axis=0), np.cov(rows.T)))
    return ApplicabilityDomain(axes, float(random.uniform(1, 4)))


class Kernel(nn.Module):
    """Likeness to support soils, whose lengths an optimiser would like to fold."""

    def __init__(self, seed: int, length: float = 1.0) -> None:
        super().__init__()
        random = np.random.default_rng(seed)
        support = torch.from_numpy(random.uniform(0, 1, (5, GRID.bands)))
        self.register_buffer("support", support.float())
        self.register_buffer("weights", torch.from_numpy(random.normal(size=(5, 2))))
        self.length = length
        self.remembered = np.zeros(5000)

    def forward(self, spectrum: torch.Tensor) -> torch.Tensor:
        """Return weighted sums of Gaussians."""
        support = self.get_buffer("support")
        powers = (spectrum * spectrum).sum(1, keepdim=True) + (support * support).sum(1)
        squares = (powers - 2 * spectrum @ support.T) / self.length
        near: torch.Tensor = torch.exp(-squares).double() @ self.get_buffer("weights")
        return near.float()


def kernel_model(seed: int) -> nn.Module:
    return ContractOf(Kernel(seed)).eval()


def single_model(seed: int) -> nn.Module:
    return linear_model(seed, targets=1)


@pytest.mark.parametrize("make", [linear_model, single_model, kernel_model])
def test_a_graph_from_a_template_is_the_graph_of_a_direct_export(
    make: Callable[[int], nn.Module],
) -> None:
    templates = GraphTemplates()
    templates.to_onnx(make(1), scan_signature(GRID.bands))

    graph = templates.to_onnx(make(2), scan_signature(GRID.bands))

    assert len(templates) == 1
    assert graph == to_onnx(make(2), scan_signature(GRID.bands))


@pytest.mark.parametrize("make", [linear_model, single_model, kernel_model])
def test_a_filled_graph_answers_as_its_own_model(
    make: Callable[[int], nn.Module],
) -> None:
    template = graph_template(make(1), scan_signature(GRID.bands))

    for seed in range(2, 5):
        found = LoadedGraph(template.filled(make(seed))).answer(SCANS)

        expected = answer_of(make(seed), SCANS)
        np.testing.assert_allclose(found.value, expected.value, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(found.novelty, expected.novelty, rtol=1e-4)


def test_numbers_that_happen_to_be_equal_do_not_simplify_the_graph() -> None:
    still, moving = linear_model(1), linear_model(2)
    for name in ("intercept", "least", "half_width"):
        still.get_buffer(name).zero_()

    graph = graph_template(still, scan_signature(GRID.bands)).filled(moving)

    found, expected = LoadedGraph(graph).answer(SCANS), answer_of(moving, SCANS)
    np.testing.assert_allclose(found.low, expected.low, rtol=1e-4, atol=1e-5)


def structures(*models: nn.Module) -> set[str]:
    return {structure_of(model, scan_signature(GRID.bands)) for model in models}


def test_models_that_differ_only_in_numbers_share_a_structure() -> None:
    assert len(structures(*map(linear_model, range(4)))) == 1


def test_what_would_be_written_into_the_graph_parts_structures() -> None:
    narrow, wide = Kernel(1, length=1.0), Kernel(1, length=2.0)

    assert len(structures(narrow, wide)) == 2
    assert len(structures(linear_model(1, targets=1), linear_model(1, targets=2))) == 2
    assert structure_of(narrow, scan_signature(102)) != structure_of(
        narrow, scan_signature(103)
    )


def test_an_attribute_that_holds_an_array_is_compared_whole() -> None:
    first, second = Kernel(1), Kernel(1)
    second.remembered[2500] = 1.0

    assert len(structures(first, second)) == 2


def test_a_model_of_another_shape_is_refused() -> None:
    template = graph_template(linear_model(1, targets=1), scan_signature(GRID.bands))

    with pytest.raises(ExportError, match="as in the template"):
        template.filled(linear_model(1, targets=2))


def test_farms_with_other_numbers_of_labels_share_a_template() -> None:
    knowledge = learn_library(made_library(3, 20))
    few, many = (
        as_module(localise(knowledge, made_farm(labels))) for labels in (12, 16)
    )
    templates = GraphTemplates()
    templates.to_onnx(few, scan_signature(GRID.bands))

    graph = templates.to_onnx(many, scan_signature(GRID.bands))

    assert len(templates) == 1
    assert graph == to_onnx(many, scan_signature(GRID.bands))
