"""What tests ask of every plain graph: that it answers as its module does."""

import numpy as np
from numpy.typing import NDArray
from torch import nn

from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.measured_error import first_answers, measured_error

SAME = 1e-4
"""Standard deviations."""


def assert_answers_alike(
    graph: bytes, module: nn.Module, scans: NDArray[np.float32]
) -> None:
    """Assert that the graph answers as the module, for many scans and for one."""
    loaded, expected = LoadedGraph(graph), answer_of(module, scans)
    spreads = expected.value.std(axis=0)
    for count in (len(scans), 1):
        found = loaded.answer(scans[:count])
        assert measured_error(first_answers(expected, count), found, spreads).worst < (
            SAME
        )
