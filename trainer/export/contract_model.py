"""Any module that tells values as the model that the graph contract asks for.

Interval and domain come from soils held back. Of a network they also told when to stop,
so that both are a little too narrow; nobody should publish such a graph without an
evaluation.
"""

import numpy as np
from numpy.typing import NDArray
from torch import nn

from trainer.calibrations.applicability_domain import (
    ApplicabilityDomain,
    Scatter,
    domain_axes,
    edge_of,
)
from trainer.calibrations.calibrated_model import AnswerRange, CalibratedModel
from trainer.calibrations.calibration import Soils
from trainer.calibrations.conformal import LEVEL, reachable_quantile
from trainer.treatments.spectral_treatments import DOMAIN_TREATMENT, treat

MARGIN = 0.25
"""How far beyond the known values, as a share of their range, an answer may go."""


def contract_around(
    graph: nn.Module, told: NDArray[np.float64], known: Soils, held: Soils
) -> CalibratedModel:
    """Return value, interval and novelty around a module that tells values.

    Args:
        graph: Maps spectra to values.
        told: What it tells of the soils held back.
        known: The soils that it learned from.
        held: The soils held back.
    """
    low, high = np.nanmin(known.values, axis=0), np.nanmax(known.values, axis=0)
    margin = MARGIN * (high - low)
    answers = AnswerRange(
        intercept=np.zeros(len(low)),
        least=np.minimum(np.maximum(low - margin, 0.0), low),
        most=high + margin,
        half_width=_half_widths(np.abs(told - held.values)),
    )
    return CalibratedModel([graph], answers, _domain(known, held)).eval()


def _half_widths(misses: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array(
        [
            reachable_quantile(column[np.isfinite(column)], LEVEL)
            if np.isfinite(column).any()
            else np.inf
            for column in misses.T
        ]
    )


def _domain(known: Soils, held: Soils) -> ApplicabilityDomain:
    treated, apart = (treat(DOMAIN_TREATMENT, part.spectra) for part in (known, held))
    axes = domain_axes(Scatter(treated.mean(axis=0), np.cov(treated.T, bias=True)))
    return ApplicabilityDomain(axes, edge_of(axes.distances(apart)))
