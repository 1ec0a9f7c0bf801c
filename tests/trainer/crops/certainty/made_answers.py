"""Answers of networks whose faults are known, because they were made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

FEATURES = 6
OVERCONFIDENCE = 3.0


@dataclass(frozen=True, eq=False)
class MadeAnswers:
    """What an overconfident network told, and how likely each class truly was."""

    logits: NDArray[np.float64]
    embeddings: NDArray[np.float64]
    labels: NDArray[np.intp]
    truth: NDArray[np.float64]


def made_answers(places: int, seed: int, classes: int = 4) -> MadeAnswers:
    """Return answers whose logits are three times too large."""
    random = np.random.default_rng(seed)
    inner = random.normal(0, 2, (places, classes))
    truth = softmax(inner, axis=1)
    drawn = random.uniform(size=(places, 1))
    labels = (truth.cumsum(axis=1) < drawn).sum(axis=1).clip(max=classes - 1)
    centres = np.random.default_rng(99).normal(0, 4, (classes, FEATURES))
    embeddings = centres[labels] + random.normal(size=(places, FEATURES))
    return MadeAnswers(OVERCONFIDENCE * inner, embeddings, labels, truth)
