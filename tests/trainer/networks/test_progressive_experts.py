"""Correlation says what is shared: experts of unrelated properties stay shut."""

import numpy as np
import pytest
import torch
from torch import nn

from trainer.networks.convolution_block import ConvolutionBlock
from trainer.networks.dense_block import DenseBlock
from trainer.networks.experts import Expert, RecurrentExpert, expert_of
from trainer.networks.extraction_level import ExtractionLevel, gate_openness
from trainer.networks.network_shape import NetworkShape
from trainer.networks.progressive_experts_recipe import ProgressiveExpertsRecipe
from trainer.networks.target_relevance import relevance_of

SMALL = ProgressiveExpertsRecipe(
    name="small",
    stem=(ConvolutionBlock(filters=6, kernel=8, stride=8),),
    levels=2,
    tower=(DenseBlock(units=4),),
)
BANDS = 64


def _gradient_of(module: nn.Module) -> float:
    gradients = [one.grad for one in module.parameters() if one.grad is not None]
    return float(torch.stack([one.abs().sum() for one in gradients]).sum())


def test_relevance_is_the_size_of_the_correlation_of_soils_that_have_both() -> None:
    random = np.random.default_rng(1)
    first = random.normal(size=40)
    second = -first + 0.5 * random.normal(size=40)
    second[:10] = np.nan

    relevance = relevance_of(np.stack([first, second], axis=1))

    expected = abs(np.corrcoef(first[10:], second[10:])[0, 1])
    assert relevance[0, 1] == relevance[1, 0] == pytest.approx(expected, rel=1e-6)
    assert relevance.diagonal().tolist() == [1.0, 1.0]


def test_targets_that_were_never_analysed_together_share_nothing() -> None:
    values = np.full((20, 2), np.nan)
    values[:12, 0], values[8:, 1] = np.arange(12.0), np.arange(12.0)

    assert relevance_of(values)[0, 1] == 0.0


def test_a_gate_is_open_to_its_own_and_shared_experts_and_by_relevance_to_others() -> (
    None
):
    relevance = torch.tensor([[1.0, 0.5], [0.5, 1.0]])

    openness = gate_openness(relevance, own=2, shared=1)

    assert openness.exp().tolist() == [
        pytest.approx([1, 1, 0.5, 0.5, 1]),
        pytest.approx([0.5, 0.5, 1, 1, 1]),
        pytest.approx([1, 1, 1, 1, 1]),
    ]


@pytest.mark.parametrize(
    ("relevance", "least", "most"), [(0.0, 0, 0.02), (1.0, 0.2, 5)]
)
def test_an_unrelated_property_hardly_moves_the_experts_of_another(
    relevance: float, least: float, most: float
) -> None:
    torch.manual_seed(0)
    between = torch.tensor([[1.0, relevance], [relevance, 1.0]])
    level = ExtractionLevel(("convolution",), (), (8, 6), between)
    sequence = torch.rand(5, 8, 6)

    level([sequence] * 3)[0].sum().backward()

    own, other = (_gradient_of(group) for group in list(level.experts)[:2])
    assert least <= other / own <= most


@pytest.mark.parametrize("kind", ["convolution", "lstm", "attention"])
def test_every_expert_keeps_the_shape_and_sees_past_its_own_step(kind: Expert) -> None:
    torch.manual_seed(0)
    expert = expert_of(kind, channels=6, steps=8)
    sequence = torch.rand(2, 8, 6)
    changed = sequence.clone()
    changed[:, 3] += 1.0

    moved = (expert(changed) - expert(sequence)).abs().sum(dim=(0, 2))

    assert expert(sequence).shape == sequence.shape
    assert moved[4] > 0


def test_the_recurrent_expert_is_torchs_own_lstm() -> None:
    expert = RecurrentExpert(channels=6, steps=8)
    reference = torch.nn.LSTM(6, 6, batch_first=True)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    reference.load_state_dict(dict(zip(names, expert.weights, strict=True)))
    sequence = torch.rand(3, 8, 6)

    assert torch.allclose(expert(sequence), reference(sequence)[0])


def test_levels_grow_with_targets_and_everything_but_the_last_shared_gate_learns() -> (
    None
):
    network = SMALL.build(NetworkShape(BANDS, torch.full((3, 3), 0.5)))

    network(torch.rand(4, BANDS)).sum().backward()

    idle = [name for name, one in network.named_parameters() if one.grad is None]
    assert network(torch.rand(4, BANDS)).shape == (4, 3)
    assert idle == ["levels.1.gates.3.weight", "levels.1.gates.3.bias"]
