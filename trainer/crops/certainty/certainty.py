"""Certainty as a part of the graph: from logits and an embedding to what is told.

Everything in it was fitted on places held back. Its arrays have the same shapes for all
models with as many classes and features: an exported graph needs no other kind of it.
"""

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.special import softmax
from torch import Tensor, nn

from trainer.crops.certainty.conformal_set import set_threshold
from trainer.crops.certainty.embedding_domain import fit_domain
from trainer.crops.certainty.held_back_answers import held_back_answers
from trainer.crops.certainty.reliability import BINS, reliability_of
from trainer.crops.certainty.temperature import fit_temperature

Told = tuple[Tensor, Tensor, Tensor, Tensor]

CLOSEST_KNOTS = 1e-3
"""Two knots nearer to each other than this would make a line too steep for float32."""


class Certainty(nn.Module):
    """Calibrated probabilities, how well they are known, and novelty.

    A new one has the right shapes and knows nothing: fill it from a state dictionary,
    or take `fit_certainty`.
    """

    temperature: Tensor
    threshold: Tensor
    knots: Tensor
    low: Tensor
    high: Tensor
    whitening: Tensor
    centres: Tensor
    edge: Tensor

    def __init__(self, classes: int, features: int) -> None:
        super().__init__()
        knots = torch.linspace(0.0, 1.0, BINS).repeat(classes, 1)
        for name, tensor in {
            "temperature": torch.ones(()),
            "threshold": torch.zeros(()),
            "knots": knots,
            "low": torch.zeros(classes, BINS),
            "high": torch.ones(classes, BINS),
            "whitening": torch.eye(features),
            "centres": torch.zeros(classes, features),
            "edge": torch.ones(()),
        }.items():
            self.register_buffer(name, tensor)

    def forward(
        self,
        logits: Float[Tensor, "series label"],
        embedding: Float[Tensor, "series feature"],
    ) -> Told:
        """Return value, low, high and novelty of each series."""
        value = torch.softmax(logits / self.temperature, dim=1)
        low = torch.minimum(self._bound(value, self.low), value)
        high = torch.maximum(self._bound(value, self.high), value)
        return value, low, high, self._novelty(embedding)

    def _bound(self, value: Tensor, bounds: Tensor) -> Tensor:
        """Return a class's bound at each value: lines between knots, flat beyond."""
        lengths = self.knots[:, 1:] - self.knots[:, :-1]
        slopes = (bounds[:, 1:] - bounds[:, :-1]) / lengths
        gone = torch.minimum(
            torch.relu(value.unsqueeze(2) - self.knots[:, :-1]), lengths
        )
        return bounds[:, 0] + (gone * slopes).sum(dim=2)

    def _novelty(self, embedding: Tensor) -> Tensor:
        lying = embedding @ self.whitening
        rest = lying.unsqueeze(1) - self.centres
        nearest = (rest * rest).sum(dim=2).amin(dim=1)
        return torch.sqrt(nearest) / self.edge


def fit_certainty(
    logits: NDArray[np.floating],
    embeddings: NDArray[np.floating],
    labels: NDArray[np.integer],
    groups: NDArray[np.str_] | None = None,
) -> Certainty:
    """Fit certainty on answers to places held back; unknown labels are left out.

    `groups` names what is no independent evidence: the pixels of one field, or one
    place asked on several dates. `threshold` of the result is that of conformal sets.
    """
    answers = held_back_answers(
        np.asarray(logits, np.float64),
        np.asarray(embeddings, np.float64),
        labels,
        groups,
    )
    temperature = fit_temperature(answers)
    values = softmax(answers.logits / temperature, axis=1)
    reliability = reliability_of(values, answers.labels, answers.weights)
    domain = fit_domain(answers)
    fitted = Certainty(answers.classes, answers.embeddings.shape[1])
    _fill(
        fitted,
        temperature=np.array(temperature),
        threshold=np.array(set_threshold(values, answers.labels, answers.weights)),
        knots=_spread(reliability.knots),
        low=reliability.low,
        high=reliability.high,
        whitening=domain.whitening,
        centres=domain.centres,
        edge=np.array(domain.edge),
    )
    return fitted.eval()


def _spread(knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ascending knots that leave room for a line between neighbours."""
    room = CLOSEST_KNOTS * np.arange(knots.shape[1])
    spread: NDArray[np.float64] = np.maximum.accumulate(knots - room, axis=1) + room
    return spread


def _fill(certainty: Certainty, **arrays: NDArray[np.float64]) -> None:
    certainty.load_state_dict(
        {name: torch.from_numpy(array).float() for name, array in arrays.items()}
    )
