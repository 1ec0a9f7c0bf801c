"""Rare classes count more, and wrong labels can be forgiven."""

import pytest
import torch
from torch.nn import functional

from trainer.crops.in_season.confusion import confusion, f1_by_class
from trainer.crops.learning.class_loss import ClassLoss, soft_errors, weights_of
from trainer.crops.learning.learning_settings import LossRule

COUNTS = torch.tensor([800, 150, 50])
LABELS = torch.tensor([0, 1, 2, 0])


def logits() -> torch.Tensor:
    torch.manual_seed(3)
    return torch.randn(4, 3)


def test_inverse_weights_let_every_class_count_the_same() -> None:
    weights = weights_of("inverse", COUNTS)

    together = weights * COUNTS
    assert torch.allclose(together, together.mean().expand(3))


def test_root_weights_lie_between_none_and_inverse() -> None:
    none, root, inverse = (
        weights_of(kind, COUNTS) for kind in ("none", "root", "inverse")
    )

    assert none.tolist() == [1, 1, 1]
    assert float(none[2]) < float(root[2]) < float(inverse[2])


def test_cross_entropy_with_inverse_weights_is_torchs() -> None:
    loss = ClassLoss(LossRule(smoothing=0.0, class_weights="inverse"), COUNTS)

    told = loss(logits(), LABELS)

    expected = functional.cross_entropy(logits(), LABELS, loss.weights())
    assert float(told) == pytest.approx(float(expected))


def test_the_generalised_loss_nears_cross_entropy_as_its_exponent_nears_zero() -> None:
    plain = LossRule(smoothing=0.0, class_weights="none")
    nearly = LossRule(
        kind="generalised", exponent=1e-3, smoothing=0.0, class_weights="none"
    )

    one, other = (ClassLoss(rule, COUNTS)(logits(), LABELS) for rule in (plain, nearly))

    assert float(one) == pytest.approx(float(other), rel=5e-3)


def test_the_generalised_loss_pulls_less_at_a_label_that_looks_wrong() -> None:
    sure = torch.tensor([[8.0, 0.0, 0.0]], requires_grad=True)
    pulls = []
    for kind in ("cross-entropy", "generalised"):
        rule = LossRule(kind=kind, smoothing=0.0, class_weights="none")
        (pull,) = torch.autograd.grad(
            ClassLoss(rule, COUNTS)(sure, torch.tensor([1])), sure
        )
        pulls.append(float(pull.abs().sum()))

    assert pulls[1] < 0.1 * pulls[0]


def test_errors_of_sure_answers_are_those_of_f1() -> None:
    told = torch.tensor([0, 1, 1, 2])

    sums = soft_errors(100 * functional.one_hot(told, 3).float(), LABELS)

    expected = f1_by_class(confusion(LABELS.numpy(), told.numpy(), 3))
    assert (1 - sums[0] / sums[1]).tolist() == pytest.approx(expected.tolist())


def test_errors_add_up_over_batches() -> None:
    whole = soft_errors(logits(), LABELS)

    parts = soft_errors(logits()[:2], LABELS[:2]) + soft_errors(
        logits()[2:], LABELS[2:]
    )

    assert torch.allclose(whole, parts)
