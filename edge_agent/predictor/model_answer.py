"""From a graph's numbers to estimates: the one way, for the agent and for a person."""

from dataclasses import dataclass

import numpy as np

from edge_agent.errors import ModelAnswerError, RefusedUpdateError
from edge_agent.predictor.loaded_model import LoadedModel
from protocols.errors import ProtocolError
from protocols.golden_vectors import GraphAnswer
from protocols.graph_contract import EDGE_OF_DOMAIN
from protocols.messages import Estimate
from protocols.spectrum import Spectrum
from protocols.wavelength_grid import resample


@dataclass(frozen=True)
class ModelAnswer:
    """What a model says of one scan."""

    estimates: tuple[Estimate, ...]
    novelty: float

    @property
    def is_flagged(self) -> bool:
        """Whether the soil is foreign to the model."""
        return self.novelty > EDGE_OF_DOMAIN


def ask_model(model: LoadedModel, spectrum: Spectrum) -> ModelAnswer:
    """Return what the model says of a scan.

    Raises:
        SpectrumError: The scan does not reach over the model's grid.
        ModelAnswerError: The model gives no reading.
    """
    on_grid = resample(spectrum, model.manifest.grid)
    try:
        answer = model.runtime.run(on_grid[np.newaxis])
        return ModelAnswer(_estimates(answer, model), _novelty(answer))
    except (RefusedUpdateError, ProtocolError, ValueError, IndexError) as error:
        raise ModelAnswerError(
            f"model {model.digest[:12]} gave no reading: {error}"
        ) from error


def _novelty(answer: GraphAnswer) -> float:
    novelty = float(answer.novelty[0])
    if not (np.isfinite(novelty) and novelty >= 0):
        raise ValueError(f"expected a novelty of 0 or more, found {novelty}")
    return novelty


def _estimates(answer: GraphAnswer, model: LoadedModel) -> tuple[Estimate, ...]:
    rows = zip(
        model.manifest.targets,
        answer.value[0].tolist(),
        answer.low[0].tolist(),
        answer.high[0].tolist(),
        strict=True,
    )
    return tuple(
        Estimate(target=one.name, unit=one.unit, value=value, low=low, high=high)
        for one, value, low, high in rows
    )
