"""The ways to make a TensorFlow Lite file of a model, and which runtimes may run each.

`tflite-runtime` 2.14 tells garbage of files with dynamic ranges, without any error, so
that none of them ever lists it.
"""

from trainer.export.model_kind import ModelKind
from trainer.export.trial import Way

FLOAT = Way(
    "float",
    "tflite",
    "float32",
    ("ai-edge-litert", "tflite-runtime"),
    "single precision, one scan at a time",
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


def tflite_ways(kind: ModelKind) -> tuple[Way, ...]:
    """Return the ways that make sense for a model of this kind."""
    return (FLOAT,) if kind in ("tiny", "kernel") else (FLOAT, DYNAMIC, WEIGHTS)
