"""The experts of an extraction level: convolution, recurrence and attention.

Each turns a sequence along wavelength into another of the same shape, so that experts
of any kind can be mixed by a gate and stacked.
"""

import math
from collections.abc import Callable
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

Expert = Literal["convolution", "lstm", "attention"]
REACH = 5
"""How many steps a convolution expert sees at once."""


class ConvolutionExpert(nn.Module):
    """Look for local shapes."""

    def __init__(self, channels: int, steps: int) -> None:
        super().__init__()
        del steps  # a window does not care how long the sequence is
        self.convolution = nn.Conv1d(channels, channels, REACH, padding=REACH // 2)

    def forward(
        self, sequence: Float[Tensor, "scan step channel"]
    ) -> Float[Tensor, "scan step channel"]:
        """Return what was found at every step."""
        found = self.convolution(sequence.transpose(1, 2)).transpose(1, 2)
        return nn.functional.silu(found)


class RecurrentExpert(nn.Module):
    """Read along wavelength and remember (LSTM).

    PyTorch exports its LSTM as a loop with a body; ONNX has an operator for it, which
    runtimes compute many times faster, and which this names itself.
    """

    def __init__(self, channels: int, steps: int) -> None:
        super().__init__()
        del steps  # a memory does not care how long the sequence is
        self.channels = channels
        scale = 1 / math.sqrt(channels)
        shapes = [(4 * channels, channels)] * 2 + [(4 * channels,)] * 2
        self.weights = nn.ParameterList(
            nn.init.uniform_(torch.empty(shape), -scale, scale) for shape in shapes
        )

    def forward(
        self, sequence: Float[Tensor, "scan step channel"]
    ) -> Float[Tensor, "scan step channel"]:
        """Return what is remembered at every step."""
        if torch.onnx.is_in_onnx_export():
            return self._as_operator(sequence)
        nothing = sequence.new_zeros(1, sequence.shape[0], self.channels)
        remembered, _, _ = torch.lstm(
            sequence,
            (nothing, nothing),
            tuple(self.weights),
            has_biases=True,
            num_layers=1,
            dropout=0.0,
            train=self.training,
            bidirectional=False,
            batch_first=True,
        )
        return remembered

    def _as_operator(
        self, sequence: Float[Tensor, "scan step channel"]
    ) -> Float[Tensor, "scan step channel"]:
        into, back, *biases = (_in_order_of_onnx(one) for one in self.weights)
        scans, steps, channels = sequence.shape
        remembered = torch.onnx.ops.symbolic(
            "LSTM",
            (sequence.transpose(0, 1), into[None], back[None], torch.cat(biases)[None]),
            {"hidden_size": channels},
            dtype=sequence.dtype,
            shape=(steps, 1, scans, channels),
        )
        return remembered[:, 0].transpose(0, 1)


def _in_order_of_onnx(gates: Float[Tensor, "four ..."]) -> Float[Tensor, "four ..."]:
    """Reorder PyTorch's input, forget, cell, output to input, output, forget, cell."""
    size = gates.shape[0] // 4
    # Slices, as the exporter cannot compute a split of weights beforehand.
    return torch.cat([gates[:size], gates[3 * size :], gates[size : 3 * size]])


class AttentionExpert(nn.Module):
    """Compare every step with every other, wherever they lie (one head)."""

    def __init__(self, channels: int, steps: int) -> None:
        super().__init__()
        self.place = nn.Parameter(0.02 * torch.randn(steps, channels))
        self.ask = nn.Linear(channels, 3 * channels)
        self.answer = nn.Linear(channels, channels)
        self.temperature = math.sqrt(channels)

    def forward(
        self, sequence: Float[Tensor, "scan step channel"]
    ) -> Float[Tensor, "scan step channel"]:
        """Return each step with what it attends to added."""
        query, key, value = self.ask(sequence + self.place).chunk(3, dim=-1)
        likeness = query @ key.transpose(1, 2) / self.temperature
        attended = torch.softmax(likeness, dim=-1) @ value
        answer: Tensor = sequence + self.answer(attended)
        return answer


_KINDS: dict[Expert, Callable[[int, int], nn.Module]] = {
    "convolution": ConvolutionExpert,
    "lstm": RecurrentExpert,
    "attention": AttentionExpert,
}


def expert_of(kind: Expert, channels: int, steps: int) -> nn.Module:
    """Build an expert for sequences of `steps` steps."""
    return _KINDS[kind](channels, steps)
