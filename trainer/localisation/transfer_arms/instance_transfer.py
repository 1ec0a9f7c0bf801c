"""Transfer of instances (DTL-I): learn from the library's soils that suit the farm.

RS-Local says which (Lobsey et al. 2017; Shen and Viscarra Rossel 2021); any calibration
is then fitted to them and to the farm's own soils.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from torch import nn

from trainer.calibrations.calibration import Calibration, FittedCalibration, Soils
from trainer.calibrations.joined_soils import analysed, joined
from trainer.errors import CalibrationError
from trainer.evaluation.soils_of_library import soils_of
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.transfer_arms.instance_choice import InstanceChoice


@dataclass(frozen=True, eq=False)
class FittedOnInstances:
    """A calibration, and which of the library's soils it was fitted to.

    Attributes:
        fitted: The calibration.
        instances: Rows of the library.
    """

    fitted: FittedCalibration
    instances: tuple[int, ...]

    @property
    def remark(self) -> str:
        """How many instances there are."""
        return f"{len(self.instances)} soils of the library beside the farm's"

    def predict(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return one row a scan and one column a target."""
        return self.fitted.predict(spectra)

    def as_graph(self) -> nn.Module:
        """Return the calibration's own graph."""
        return self.fitted.as_graph()


@dataclass(frozen=True)
class InstanceTransfer:
    """RS-Local's instances and the farm's soils, as one set."""

    calibration: Calibration
    instances: InstanceChoice = field(default_factory=InstanceChoice)
    needs_library_samples: bool = True
    learns_from_labels: bool = True

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        return f"dtl-i:{self.calibration.name}"

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedOnInstances:
        """Choose instances by the farm's labels, then fit both."""
        if library is None:
            raise CalibrationError(
                f"expected a library to take instances from for {self.name}, found "
                "none; bring one, or choose an arm that works without its samples"
            )
        near = analysed(farm)
        rows = self.instances.rows(library, near, seed)
        far = soils_of(library, farm.targets).take(np.array(rows, dtype=np.intp))
        return FittedOnInstances(self.calibration.fit(joined(far, near), seed), rows)
