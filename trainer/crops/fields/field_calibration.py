"""What makes a field's answer honest: fitted on fields that the model did not learn.

The same three as for a pixel: a temperature, how often what was told was right, and the
threshold of sets. And from how many dissenting pixels on a field has two crops: a pure
field held back has fewer in nineteen of twenty cases.
"""

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from trainer.calibrations.conformal import finite_sample_quantile
from trainer.crops.certainty.conformal_set import set_threshold
from trainer.crops.certainty.held_back_answers import held_back_answers
from trainer.crops.certainty.reliability import reliability_of
from trainer.crops.certainty.temperature import fit_temperature
from trainer.crops.fields.field_evidence import (
    FieldEvidence,
    effective_pixels,
    evidence_of,
    grown_on,
    shared_doubt,
)
from trainer.crops.fields.field_pixels import NOBODY_SAID, FieldPixels
from trainer.errors import CalibrationError

Array = NDArray[np.float64]

MIXED_QUANTILE = 0.95
LEAST_SEPARATION = 0.15
"""Halves of a square reach .375 and a fifth at its edge .24; what is strewn, next to
nothing. Geometry, no data."""

LEAST_MIXED = 0.15
"""Fewer dissenting pixels are a border, not a second crop."""


class FieldCalibration(msgspec.Struct, frozen=True, kw_only=True):
    """How fields are told on one date.

    Attributes:
        day: The date of prediction.
        fields: How many fields held back it was fitted on.
        correlation: How much of their doubt the pixels of a field share.
        temperature: Divides what pixels say together.
        threshold: Of the sets.
        mixed_edge: The dissenting share that a pure field stays under; 1 where too
            few fields were held back to tell.
        knots, low, high: Bounds of each class's probability [class, bin].
    """

    day: int
    fields: int
    correlation: float
    temperature: float
    threshold: float
    mixed_edge: float
    knots: tuple[tuple[float, ...], ...]
    low: tuple[tuple[float, ...], ...]
    high: tuple[tuple[float, ...], ...]

    def probabilities(self, evidence: FieldEvidence) -> Array:
        """Return the probability of each class [field, class]."""
        told: Array = softmax(
            _logits(evidence, self.correlation) / self.temperature, axis=1
        )
        return told

    def bounds(self, values: Array) -> tuple[Array, Array]:
        """Return the interval of each probability."""
        low, high = (
            np.stack(
                [
                    np.interp(values[:, one], self.knots[one], bound[one])
                    for one in range(values.shape[1])
                ],
                axis=1,
            )
            for bound in (self.low, self.high)
        )
        return np.minimum(low, values), np.maximum(high, values)


@dataclass(frozen=True, eq=False)
class HeldBackFields:
    """Fields whose crop is known, and what their pixels say."""

    pixels: FieldPixels
    evidence: FieldEvidence
    grown: NDArray[np.intp]


def held_back_fields(pixels: FieldPixels) -> HeldBackFields:
    """Return fields held back; refuse them where no field's crop is known."""
    grown = grown_on(pixels, pixels.value.shape[1])
    if not (grown != NOBODY_SAID).any():
        raise CalibrationError(
            "expected fields held back with one known crop, found none; predict places "
            "that are labelled and that the model did not learn from"
        )
    return HeldBackFields(pixels, evidence_of(pixels), grown)


def fit_fields(held: HeldBackFields, day: int) -> FieldCalibration:
    """Fit how fields are told on a date."""
    correlation = shared_doubt(held.pixels, held.grown)
    logits = _logits(held.evidence, correlation)
    answers = held_back_answers(logits, np.zeros((len(logits), 1)), held.grown)
    temperature = fit_temperature(answers)
    values = softmax(answers.logits / temperature, axis=1)
    found = reliability_of(values, answers.labels, answers.weights)
    return FieldCalibration(
        day=day,
        fields=len(answers.labels),
        correlation=correlation,
        temperature=temperature,
        threshold=set_threshold(values, answers.labels),
        mixed_edge=_mixed_edge(held),
        knots=_rows(found.knots),
        low=_rows(found.low),
        high=_rows(found.high),
    )


def dissent(evidence: FieldEvidence, told: NDArray[np.intp]) -> Array:
    """Return the share of voting pixels for another class, if they lie apart."""
    others = evidence.shares.copy()
    others[np.arange(len(told)), told] = 0
    most: Array = np.where(
        evidence.separation >= LEAST_SEPARATION, others.max(axis=1), 0.0
    )
    return most


def _mixed_edge(held: HeldBackFields) -> float:
    known = held.grown != NOBODY_SAID
    told = held.evidence.spoken.argmax(axis=1)
    edge = finite_sample_quantile(dissent(held.evidence, told)[known], MIXED_QUANTILE)
    return min(max(edge, LEAST_MIXED), 1.0)


def _logits(evidence: FieldEvidence, correlation: float) -> Array:
    return evidence.spoken * effective_pixels(evidence.pixels, correlation)[:, None]


def _rows(table: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in table)
