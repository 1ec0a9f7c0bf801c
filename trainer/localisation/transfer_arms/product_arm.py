"""What the product itself does with a farm's labels, as an arm beside the others."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.calibrated_model import CalibratedModel
from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.evaluation.soils_of_library import soils_of
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.decision import TargetDecision
from trainer.localisation.farm_model import as_module, localise
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)

LIBRARIES_REMEMBERED = 8


@dataclass(frozen=True, eq=False)
class LocalisedFarm:
    """The farm's model as a package would hold it.

    Attributes:
        model: What is exported.
        remark: What was trusted.
    """

    model: CalibratedModel
    remark: str

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return one row a scan and one column a target."""
        with torch.no_grad():
            value = self.model(torch.from_numpy(spectra))[0]
        answer: NDArray[np.float64] = value.double().numpy()
        return answer

    def as_graph(self) -> nn.Module:
        """Return the module that maps spectra to values, without their intervals."""
        return _ValueOf(self.model)


@dataclass(frozen=True)
class ProductArm:
    """`terroir localise` with its usual settings.

    Attributes:
        knowledge: What was learned of a library elsewhere; with it, none is needed.
    """

    knowledge: LibraryKnowledge | None = field(default=None, repr=False)
    name: str = "auto"
    needs_library_samples: bool = False
    learns_from_labels: bool = True

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> LocalisedFarm:
        """Localise what the library taught to the farm."""
        knowledge = self.knowledge
        if knowledge is None and library is not None:
            knowledge = _learned(_ByDigest(with_targets(library, farm.targets)))
        if knowledge is None:
            raise CalibrationError(
                f"expected a library, or what was learned of one, for {self.name}, "
                "found neither; bring one of them"
            )
        names = tuple(f"labelled-{row}" for row in range(len(farm)))
        model = localise(knowledge, FarmSoils(names, farm.spectra, farm.values), seed)
        remark = "; ".join(map(_trusted, model.decisions))
        return LocalisedFarm(as_module(model), remark)


def with_targets(library: SpectralLibrary, targets: tuple[str, ...]) -> SpectralLibrary:
    """Return the library with these targets in this order, or refuse a strange one."""
    return replace(library, targets=targets, values=soils_of(library, targets).values)


@dataclass(frozen=True)
class _ByDigest:
    """A library that is the same as another of equal soils."""

    library: SpectralLibrary = field(compare=False)
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", self.library.digest)


@lru_cache(maxsize=LIBRARIES_REMEMBERED)
def _learned(known: _ByDigest) -> LibraryKnowledge:
    """Learn a library once for all farms and numbers of labels of this process."""
    return learn_library(known.library)


def _trusted(decision: TargetDecision) -> str:
    """Return the way that was gone and what the library counts, to a tenth."""
    share = round(decision.library_share, 1)
    return f"{decision.method}; the library counts about {share:.0%}"


class _ValueOf(nn.Module):
    def __init__(self, model: CalibratedModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        value: Tensor = self.model(spectrum)[0]
        return value
