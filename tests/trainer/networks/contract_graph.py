"""A network with the outputs that the graph contract asks for, to export it alone."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.graph_signature import scan_signature
from trainer.export.onnx_graph import to_onnx

LARGEST_DIFFERENCE = 1e-5
"""In deviations of the target, which tests make one."""


class ContractGraph(nn.Module):
    """Tell the network's values as value, low and high, and no novelty."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, spectrum: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Answer as the graph contract says."""
        value = self.network(spectrum)
        return value, value - 1.0, value + 1.0, torch.zeros_like(value[:, 0])


def assert_exports_alike(network: nn.Module, spectra: NDArray[np.float32]) -> None:
    """Assert that the exported graph answers as the network, for many scans or one."""
    model = ContractGraph(network).eval()

    graph = to_onnx(model, scan_signature(spectra.shape[1]))

    for scans in (spectra, spectra[:1]):
        expected, found = answer_of(model, scans), LoadedGraph(graph).answer(scans)
        assert np.abs(expected.value - found.value).max() < LARGEST_DIFFERENCE
        assert found.value.std(axis=0).min() > 0 or len(scans) == 1
