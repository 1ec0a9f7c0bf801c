"""The equal mean of several arms: on few labels steadier than a choice between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibrations.calibration import FittedCalibration, Soils
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.transfer_arms.transfer_arm import TransferArm, remark_of


@dataclass(frozen=True, eq=False)
class FittedMean:
    """Fits whose answers are averaged."""

    members: tuple[FittedCalibration, ...]

    @property
    def remark(self) -> str:
        """What the members say of themselves."""
        return "; ".join(filter(None, map(remark_of, self.members)))

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return one row a scan and one column a target."""
        answers = [one.predict(spectra) for one in self.members]
        mean: NDArray[np.float64] = np.mean(answers, axis=0)
        return mean

    def as_graph(self) -> nn.Module:
        """Return the same as one module."""
        return _MeanOf([one.as_graph() for one in self.members])


@dataclass(frozen=True)
class AverageOfArms:
    """Several arms, each counting the same."""

    arms: tuple[TransferArm, ...]

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return "+".join(arm.name for arm in self.arms)

    @property
    def needs_library_samples(self) -> bool:
        """Whether any of them does."""
        return any(arm.needs_library_samples for arm in self.arms)

    @property
    def learns_from_labels(self) -> bool:
        """Whether any of them does."""
        return any(arm.learns_from_labels for arm in self.arms)

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedMean:
        """Fit every arm."""
        return FittedMean(tuple(arm.fit(library, farm, seed) for arm in self.arms))


class _MeanOf(nn.Module):
    """The mean of several graphs."""

    def __init__(self, graphs: Sequence[nn.Module]) -> None:
        super().__init__()
        self.graphs = nn.ModuleList(graphs)

    def forward(
        self, spectrum: Float[Tensor, "scan band"]
    ) -> Float[Tensor, "scan target"]:
        answers: list[Tensor] = [graph(spectrum) for graph in self.graphs]
        total = answers[0]
        for answer in answers[1:]:
            total = total + answer
        return total / len(answers)
