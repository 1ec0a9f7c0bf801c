"""What goes into a graph: named inputs, the shape of one question, and an example.

A graph that tells soils takes one spectrum, one that tells crops takes series, days and
mask; exporters, converters and judges know no other difference.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from protocols.graph_contract import DAYS, INPUT, MASK, SERIES


@dataclass(frozen=True)
class GraphInput:
    """One input.

    Attributes:
        name: By the graph contract.
        shape: Of one question, without the batch.
        example: A number that may stand in it everywhere.
    """

    name: str
    shape: tuple[int, ...]
    example: float


@dataclass(frozen=True)
class GraphSignature:
    """All inputs of a graph, in the order of the contract."""

    inputs: tuple[GraphInput, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return what the inputs are called."""
        return tuple(one.name for one in self.inputs)

    def example(self, batch: int) -> tuple[Tensor, ...]:
        """Return what a batch of questions may look like."""
        return tuple(
            torch.full((batch, *one.shape), one.example) for one in self.inputs
        )


def scan_signature(bands: int) -> GraphSignature:
    """Return the signature of graphs that read scans of so many bands."""
    return GraphSignature((GraphInput(INPUT, (bands,), 0.5),))


def series_signature(steps: int, channels: int) -> GraphSignature:
    """Return the signature of graphs that read series on a season."""
    return GraphSignature(
        (
            GraphInput(SERIES, (steps, channels), 0.5),
            GraphInput(DAYS, (steps,), 100.0),
            GraphInput(MASK, (steps, channels), 1.0),
        )
    )
