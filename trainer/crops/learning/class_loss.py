"""What wrong answers cost, class by class, with labels that may be wrong themselves."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from trainer.crops.learning.learning_settings import ClassWeighting, LossRule

SURE = 1e-7
"""A probability is never taken as smaller."""


class ClassLoss(nn.Module):
    """The mean cost of a batch's answers, weighed by class."""

    class_weights: Tensor

    def __init__(self, rule: LossRule, counts: Int[Tensor, " label"]) -> None:
        super().__init__()
        self.rule = rule
        self.register_buffer("class_weights", weights_of(rule.class_weights, counts))

    def forward(
        self, logits: Float[Tensor, "place label"], labels: Int[Tensor, " place"]
    ) -> Float[Tensor, ""]:
        """Return one loss; weights are shared out over the batch."""
        costs = self._costs(logits, labels)
        weights = self.class_weights[labels]
        return (costs * weights).sum() / weights.sum()

    def _costs(self, logits: Tensor, labels: Tensor) -> Float[Tensor, " place"]:
        if self.rule.kind == "cross-entropy":
            return functional.cross_entropy(
                logits, labels, label_smoothing=self.rule.smoothing, reduction="none"
            )
        shares = torch.softmax(logits, dim=1).clamp(min=SURE)
        costs = (1 - shares**self.rule.exponent) / self.rule.exponent
        told = costs.gather(1, labels[:, None])[:, 0]
        smoothing = self.rule.smoothing
        return (1 - smoothing) * told + smoothing * costs.mean(dim=1)

    def weights(self) -> Float[Tensor, " label"]:
        """Return what a place of each class counts."""
        return self.class_weights

    def epoch_done(self, errors: Float[Tensor, " label"]) -> None:
        """Learn nothing; the weights follow from how often each class grew."""


def weights_of(
    weighting: ClassWeighting, counts: Int[Tensor, " label"]
) -> Float[Tensor, " label"]:
    """Return what each class counts; the mean place counts about 1."""
    rarity = counts.sum() / counts.clamp(min=1) / len(counts)
    power = {"none": 0.0, "root": 0.5, "inverse": 1.0}[weighting]
    return rarity.float() ** power


def soft_errors(
    logits: Float[Tensor, "place label"], labels: Int[Tensor, " place"]
) -> Float[Tensor, "summed label"]:
    """Return sums whose ratio is 1 - F1 of each class, probabilities taken as answers.

    They add up over batches. The mean over the classes is macro-F1's complement, and
    unlike that changes with every probability: it can tell when to stop.
    """
    shares = torch.softmax(logits.float(), dim=1)
    grown = functional.one_hot(labels, shares.shape[1]).float()
    either = shares.sum(dim=0) + grown.sum(dim=0)
    hits = (shares * grown).sum(dim=0)
    return torch.stack([either - 2 * hits, either])
