"""A trained network as the graph that every device runs, checked against itself.

Interval and domain come from the soils held back. They also told when to stop, so both
are a little too narrow; nobody should publish such a graph without an evaluation.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.applicability_domain import (
    ApplicabilityDomain,
    Scatter,
    domain_axes,
    edge_of,
)
from trainer.calibrations.calibrated_model import AnswerRange, CalibratedModel
from trainer.calibrations.conformal import LEVEL, reachable_quantile
from trainer.errors import ExportError
from trainer.export.export_parity import TOLERANCE, answer_of, answer_of_graph
from trainer.export.onnx_graph import to_onnx
from trainer.training.train_network import TrainedNetwork
from trainer.training.training_report import held_back_answers
from trainer.treatments.spectral_treatments import DOMAIN_TREATMENT, treat

MARGIN = 0.25
"""How far beyond the known values, as a share of their range, an answer may go."""


def network_graph(trained: TrainedNetwork) -> bytes:
    """Return the network's ONNX graph, or refuse one that answers otherwise."""
    model = contract_model(trained)
    held = trained.parts.validation
    graph = to_onnx(model, held.grid.bands)
    spread = trained.network.value_deviation.numpy()
    for scans in (held.spectra, held.spectra[:1]):
        expected, found = answer_of(model, scans), answer_of_graph(graph, scans)
        difference = float((np.abs(expected.value - found.value) / spread).max())
        if not difference <= TOLERANCE:
            raise ExportError(
                f"expected the graph within {TOLERANCE:g} standard deviations of its "
                f"network, found {difference:g}; report the network"
            )
    return graph


def contract_model(trained: TrainedNetwork) -> CalibratedModel:
    """Return value, interval and novelty around the network."""
    values = trained.parts.training.values
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    margin = MARGIN * (high - low)
    answers = AnswerRange(
        intercept=np.zeros(values.shape[1]),
        least=np.minimum(np.maximum(low - margin, 0.0), low),
        most=high + margin,
        half_width=_half_widths(trained),
    )
    return CalibratedModel([trained.network], answers, _domain(trained)).eval()


def _half_widths(trained: TrainedNetwork) -> NDArray[np.float64]:
    misses = np.abs(held_back_answers(trained) - trained.parts.validation.values)
    return np.array(
        [
            reachable_quantile(column[np.isfinite(column)], LEVEL)
            if np.isfinite(column).any()
            else np.inf
            for column in misses.T
        ]
    )


def _domain(trained: TrainedNetwork) -> ApplicabilityDomain:
    known, held = (
        treat(DOMAIN_TREATMENT, part.spectra)
        for part in (trained.parts.training, trained.parts.validation)
    )
    axes = domain_axes(Scatter(known.mean(axis=0), np.cov(known.T, bias=True)))
    return ApplicabilityDomain(axes, edge_of(axes.distances(held)))
