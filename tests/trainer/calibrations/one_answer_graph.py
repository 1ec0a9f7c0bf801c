"""A module with one answer, as a graph that keeps the contract's names."""

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import nn

from trainer.export.graph_signature import scan_signature
from trainer.export.onnx_graph import to_onnx


class ContractOf(nn.Module):
    """Gives the one answer three times, and a number a scan."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, spectrum: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return what the contract asks for."""
        value = self.module(spectrum)
        return value, value + 0, value * 1, value.sum(dim=1)


def answer_by_onnx(
    module: nn.Module, spectra: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return what onnxruntime makes of `module`."""
    graph = to_onnx(ContractOf(module).eval(), scan_signature(spectra.shape[1]))
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    answer: NDArray[np.float32] = session.run(["value"], {"spectrum": spectra})[0]
    return answer


def answer_by_torch(
    module: nn.Module, spectra: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return what torch makes of it."""
    with torch.no_grad():
        answer: NDArray[np.float32] = module(torch.from_numpy(spectra)).numpy()
    return answer
