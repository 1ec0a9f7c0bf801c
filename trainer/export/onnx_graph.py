"""A calibrated model as ONNX bytes that keep the graph contract.

The same model gives the same bytes, wherever it was made and whether alone or as one of
a fleet.
"""

from torch import nn

from trainer.export.graph_template import graph_template


def to_onnx(model: nn.Module, bands: int) -> bytes:
    """Return the graph of `model` for scans of `bands` bands, any number at once."""
    return graph_template(model, bands).filled(model)
