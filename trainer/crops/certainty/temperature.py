"""One number that all logits are divided by, so that probabilities mean what they say.

Temperature scaling (Guo et al. 2017) on places held back. Where they are few, they must
be quite sure to move it far from one: a few that were all told right would else make
every answer certain, and a few wrong ones would make none.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from trainer.crops.certainty.held_back_answers import HeldBackAnswers

LEAST, MOST = 0.05, 20.0
"""Beyond these a network is not overconfident but broken."""

USUAL_DEVIATION = 0.5
"""Of the logarithm, before any place is seen: from 0.4 to 2.7 in nineteen of twenty
networks. Our choice."""


def fit_temperature(answers: HeldBackAnswers) -> float:
    """Return the temperature that places held back make most likely."""
    rows = np.arange(len(answers.labels))

    def surprise(logarithm: float) -> float:
        told: NDArray[np.float64] = log_softmax(
            answers.logits / np.exp(logarithm), axis=1
        )
        seen = -float((answers.weights * told[rows, answers.labels]).sum())
        return seen + 0.5 * (logarithm / USUAL_DEVIATION) ** 2

    limits = (np.log(LEAST), np.log(MOST))
    found = minimize_scalar(surprise, bounds=limits, method="bounded")
    return float(np.exp(found.x))
