"""The ways to make a TensorFlow Lite file of a model, and which runtimes may run each.

`tflite-runtime` 2.14 tells garbage of files with dynamic ranges, without any error, so
that none of them ever lists it.
"""

from torch import nn

from trainer.export.model_kind import kind_of
from trainer.export.single_precision import (
    in_single_precision,
    knows_soils,
    with_soils_in_half,
)
from trainer.export.trial import Way

FLOAT = Way(
    "float",
    "tflite",
    "float32",
    ("ai-edge-litert", "tflite-runtime"),
    "single precision, one scan at a time",
)
HALF = Way(
    "soils in half precision",
    "tflite",
    "float16",
    ("ai-edge-litert", "tflite-runtime"),
    "known soils kept in half precision, all sums in single, one scan at a time",
)
DYNAMIC = Way(
    "dynamic int8",
    "tflite",
    "int8",
    ("ai-edge-litert",),
    "weights in eight bits by channel, activations scaled as they come, the last layer "
    "float",
)
WEIGHTS = Way(
    "weight-only int8",
    "tflite",
    "int8",
    ("ai-edge-litert", "tflite-runtime"),
    "weights in eight bits by channel, computed in single precision, the last layer "
    "float",
)


Conversion = tuple[nn.Module, dict[str, Way]]
"""A model to convert, and what each file that the converter makes of it is called."""


def conversions(model: nn.Module) -> tuple[Conversion, ...]:
    """Return what is converted, that first which is tried first."""
    single, kind = in_single_precision(model), kind_of(model)
    if kind in ("network", "recurrent"):
        every: dict[str, Way] = {
            "float": FLOAT,
            "dynamic int8": DYNAMIC,
            "weight-only int8": WEIGHTS,
        }
        return ((single, every),)
    plain: Conversion = (single, {"float": FLOAT})
    if kind == "kernel" and knows_soils(model):
        return ((with_soils_in_half(model), {"float": HALF}), plain)
    return (plain,)
