"""The two kinds of model that a farm is offered, and where each lies on a device."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge_agent.active_model import CROPS_FOLDER
from edge_agent.installed_runtimes import RuntimeWish
from edge_agent.predictor.loaded_crop_model import prove_crop_model
from edge_agent.predictor.loaded_model import prove
from protocols.model_package import CROP_TARGET, SOIL_TARGET, ModelPackage


@dataclass(frozen=True)
class ModelKind:
    """One of them.

    Attributes:
        target: What the repository calls a farm's model of this kind.
        place: The folder within the state folder; the state folder itself if empty.
        prove: Refuses a package that does not answer its golden vectors here.
    """

    target: str
    place: str
    prove: Callable[[ModelPackage, RuntimeWish], object]

    def folder(self, state: Path) -> Path:
        """Return where its packages lie, and which of them is active."""
        return state / self.place


SOIL = ModelKind(SOIL_TARGET, "", prove)
CROPS = ModelKind(CROP_TARGET, CROPS_FOLDER, prove_crop_model)
