"""What every arm is: a way from a library and a farm's labels to a calibration.

An arm sees only the soils it is given, and makes every choice inside them. It takes any
calibration that makes sense for it, network or not, so that a study compares ways of
transfer and not the programs they were written in.
"""

from typing import Protocol, runtime_checkable

from trainer.calibrations.calibration import FittedCalibration, Soils
from trainer.calibrations.joined_soils import analysed
from trainer.errors import CalibrationError
from trainer.evaluation.soils_of_library import soils_of
from trainer.library.spectral_library import SpectralLibrary


@runtime_checkable
class TransferArm(Protocol):
    """A way from a library and a farm's labelled soils to a calibration."""

    @property
    def name(self) -> str:
        """What tables and commands call it."""
        ...

    @property
    def needs_library_samples(self) -> bool:
        """Whether it can do nothing without the library's own samples.

        Others need no library, or only what was learned from one elsewhere, such as a
        network's weights; they are given that instead.
        """
        ...

    @property
    def learns_from_labels(self) -> bool:
        """Whether the farm's labels change what it answers."""
        ...

    def fit(
        self, library: SpectralLibrary | None, farm: Soils, seed: int
    ) -> FittedCalibration:
        """Learn from the library, if there is one, and the farm's labelled soils."""
        ...


@runtime_checkable
class Remarking(Protocol):
    """A fit that has something to say of how it came about."""

    @property
    def remark(self) -> str:
        """What was chosen or kept, in words."""
        ...


@runtime_checkable
class Selecting(Protocol):
    """A fit that took only some of the library's soils."""

    @property
    def instances(self) -> tuple[int, ...]:
        """Their rows in the library that it was given."""
        ...


def remark_of(fitted: FittedCalibration) -> str:
    """Return what the fit says of itself, nothing where it says nothing."""
    return fitted.remark if isinstance(fitted, Remarking) else ""


def instances_of(fitted: FittedCalibration) -> tuple[int, ...] | None:
    """Return which of the library's rows it was learned from, None for all or none."""
    return fitted.instances if isinstance(fitted, Selecting) else None


def library_beside(library: SpectralLibrary | None, farm: Soils, arm: str) -> Soils:
    """Return the library's soils that have one of the farm's targets, or refuse."""
    if library is None:
        raise CalibrationError(
            f"expected a library for {arm}, found none; bring one, or choose an arm "
            "that works without the library's samples"
        )
    if library.grid != farm.grid:
        raise CalibrationError(
            f"expected the farm's scans on the library's grid {library.grid}, found "
            f"{farm.grid}; resample them"
        )
    return analysed(soils_of(library, farm.targets))
