"""Fields whose pixels share their doubt, as real ones do."""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from trainer.crops.fields.field_pixels import FieldPixels


@dataclass(frozen=True)
class FieldOrder:
    """How many fields to make, and how.

    Attributes:
        fields: How many.
        pixels: How many each has.
        shared, own: The deviation of logits that a field, and a pixel, adds.
        clear: By how much the true class leads without them.
        seed: Of what is drawn.
    """

    fields: int = 200
    pixels: int = 30
    shared: float = 1.5
    own: float = 0.7
    clear: float = 2.0
    seed: int = 0


CLASSES = 3
ACROSS = 6
"""Pixels of a field lie in rows of so many."""


def made_fields(order: FieldOrder) -> FieldPixels:
    """Return fields of one crop each, known for all."""
    random = np.random.default_rng(order.seed)
    crops = random.integers(0, CLASSES, order.fields)
    member = np.repeat(np.arange(order.fields), order.pixels)
    pixel = np.tile(np.arange(order.pixels), order.fields)
    logits = order.clear * np.eye(CLASSES)[crops[member]]
    logits += random.normal(0, order.shared, (order.fields, CLASSES))[member]
    logits += random.normal(0, order.own, logits.shape)
    return FieldPixels(
        names=np.array([f"field-{one:04}" for one in range(order.fields)]),
        years=np.full(order.fields, 2023, np.int16),
        first=np.arange(order.fields) * order.pixels,
        value=softmax(logits, axis=1).astype(np.float32),
        is_flagged=np.zeros(len(member), np.bool_),
        grown=crops[member],
        longitudes=np.array(11 + 0.0002 * (pixel % ACROSS), np.float64),
        latitudes=np.array(48 - 0.0002 * (pixel // ACROSS), np.float64),
        without_field=0,
    )
