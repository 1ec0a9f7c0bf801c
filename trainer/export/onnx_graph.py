"""A model as ONNX bytes that keep the graph contract.

The same model gives the same bytes, wherever it was made and whether alone or as one of
a fleet.
"""

from torch import nn

from trainer.export.graph_signature import GraphSignature
from trainer.export.graph_template import graph_template


def to_onnx(model: nn.Module, signature: GraphSignature) -> bytes:
    """Return the graph of `model` for such inputs, any number at once."""
    return graph_template(model, signature).filled(model)
