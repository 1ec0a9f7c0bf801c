"""Missing values teach nothing; adaptive rules weigh as their papers say."""

import math

import pytest
import torch

from trainer.training.joint_loss import (
    DynamicWeightAverage,
    UncertaintyWeighting,
    joint_loss_of,
    masked_errors,
)
from trainer.training.training_settings import Weighting

ALL = torch.tensor([True, True])
WEIGHTINGS: tuple[Weighting, ...] = ("equal", "uncertainty", "dynamic-average")


def test_missing_values_give_neither_error_nor_gradient() -> None:
    answer = torch.tensor([[1.0, 5.0], [2.0, 6.0]], requires_grad=True)
    wanted = torch.tensor([[3.0, math.nan], [2.0, 7.0]])

    errors, present = masked_errors(answer, wanted)
    torch.autograd.backward(errors.sum())

    assert errors.tolist() == [2.0, 1.0]
    assert present.tolist() == [True, True]
    assert answer.grad is not None
    assert answer.grad.tolist() == [[-2.0, 0.0], [0.0, -2.0]]


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_a_target_without_values_in_a_batch_does_not_count(
    weighting: Weighting,
) -> None:
    rule = joint_loss_of(weighting, targets=2)

    loss = rule(torch.tensor([4.0, 0.0]), torch.tensor([True, False]))

    assert float(loss.detach()) == pytest.approx(4.0)


def test_uncertainty_settles_where_the_variance_is_the_error() -> None:
    rule = UncertaintyWeighting(2)
    optimiser = torch.optim.SGD(rule.parameters(), 0.5)
    errors = torch.tensor([0.25, 2.0])

    for _ in range(200):
        optimiser.zero_grad()
        rule(errors, ALL).backward()
        optimiser.step()

    assert rule.weights().tolist() == pytest.approx([4.0, 0.5], rel=1e-3)


def test_dynamic_average_favours_the_target_that_improves_least() -> None:
    rule = DynamicWeightAverage(2)
    rule.epoch_done(torch.tensor([1.0, 1.0]))
    assert rule.weights().tolist() == [1.0, 1.0]

    rule.epoch_done(torch.tensor([0.2, 0.9]))

    slow, fast = math.exp(0.9 / 2), math.exp(0.2 / 2)
    expected = [2 * fast / (slow + fast), 2 * slow / (slow + fast)]
    assert rule.weights().tolist() == pytest.approx(expected)
