"""One number that all logits are divided by, so that probabilities mean what they say.

Temperature scaling (Guo et al. 2017) on places held back. The told class is aimed at
with a little less than one, as Platt (1999) does: a few places that were all told right
would else make every answer certain.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from trainer.crops.certainty.held_back_answers import HeldBackAnswers

LEAST, MOST = 0.05, 20.0
"""Beyond these a network is not overconfident but broken."""


def fit_temperature(answers: HeldBackAnswers) -> float:
    """Return the temperature under which places held back are least surprising."""
    evidence = float(answers.weights.sum())
    doubt = 1.0 / (evidence + 2.0)
    rows = np.arange(len(answers.labels))

    def surprise(logarithm: float) -> float:
        told: NDArray[np.float64] = log_softmax(
            answers.logits / np.exp(logarithm), axis=1
        )
        right = told[rows, answers.labels]
        each = (1 - doubt) * right + doubt * told.mean(axis=1)
        return -float((answers.weights * each).sum())

    limits = (np.log(LEAST), np.log(MOST))
    found = minimize_scalar(surprise, bounds=limits, method="bounded")
    return float(np.exp(found.x))
