"""What takes seconds to make, made once for all tests of exports."""

import hashlib
from collections.abc import Iterator, Sequence

import pytest
from torch import nn

from tests.trainer.export.small_models import (
    SCANS,
    SPREADS,
    network_model,
    recurrent_model,
)
from trainer.export.exported_model import ExportBudget, ExportedModel, export_model
from trainer.export.graph_signature import GraphSignature
from trainer.export.tflite.converter import Converted, TfliteConverter

EVERYTHING = ExportBudget(formats=("onnx", "tflite"), allows_int4=True)


class KeptConversions(TfliteConverter):
    """Converts each model once; whoever asks again gets the same files."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, Converted] = {}

    def convert(
        self, model: nn.Module, signature: GraphSignature, ways: Sequence[str]
    ) -> Converted:
        """Return what is kept of these ways, or convert."""
        digest = hashlib.sha256(type(model).__name__.encode())
        for tensor in model.state_dict().values():
            digest.update(tensor.numpy().tobytes())
        name = digest.hexdigest()
        kept = self._kept.get(name)
        if kept is None or not kept.graphs.keys() >= set(ways):
            self._kept[name] = super().convert(model, signature, ways)
        return self._kept[name]


@pytest.fixture(scope="session")
def converter() -> Iterator[TfliteConverter]:
    """One child process for all conversions."""
    with KeptConversions() as one:
        yield one


@pytest.fixture(scope="session")
def exported_network(converter: TfliteConverter) -> ExportedModel:
    """A convolutional network in every way that makes sense."""
    return export_model(
        network_model(), SCANS, SPREADS, EVERYTHING, converter=converter
    )


@pytest.fixture(scope="session")
def exported_recurrent() -> ExportedModel:
    """A recurrent network in ONNX, in every way that makes sense."""
    return export_model(recurrent_model(), SCANS, SPREADS, ExportBudget())
