"""What takes seconds to make, made once for all tests of exports."""

from collections.abc import Iterator

import pytest

from tests.trainer.export.small_models import (
    SCANS,
    SPREADS,
    network_model,
    recurrent_model,
)
from trainer.export.exported_model import ExportBudget, ExportedModel, export_model
from trainer.export.tflite.converter import TfliteConverter

EVERYTHING = ExportBudget(formats=("onnx", "tflite"), allows_int4=True)


@pytest.fixture(scope="session")
def converter() -> Iterator[TfliteConverter]:
    """One child process for all conversions."""
    with TfliteConverter() as one:
        yield one


@pytest.fixture(scope="session")
def exported_network(converter: TfliteConverter) -> ExportedModel:
    """A convolutional network in every way that makes sense."""
    return export_model(
        network_model(), SCANS, SPREADS, EVERYTHING, converter=converter
    )


@pytest.fixture(scope="session")
def exported_recurrent(converter: TfliteConverter) -> ExportedModel:
    """A recurrent network in every way that makes sense."""
    return export_model(
        recurrent_model(), SCANS, SPREADS, EVERYTHING, converter=converter
    )
