"""Arms that take a fraction of a second, on made soils."""

import numpy as np

from tests.trainer.localisation.made_soils import CARBON, made_library
from tests.trainer.training.small_run import TINY
from trainer.calibrations.calibration import Soils
from trainer.calibrations.partial_least_squares import PartialLeastSquares
from trainer.evaluation.soils_of_library import soils_of
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.transfer_arms.arm_average import AverageOfArms
from trainer.localisation.transfer_arms.instance_choice import InstanceChoice
from trainer.localisation.transfer_arms.instance_transfer import InstanceTransfer
from trainer.localisation.transfer_arms.one_source import LibraryOnly, LocalOnly
from trainer.localisation.transfer_arms.representation_transfer import (
    RepresentationTransfer,
    Tuning,
)
from trainer.localisation.transfer_arms.spiking import Spiking
from trainer.localisation.transfer_arms.transfer_arm import TransferArm
from trainer.training.network_calibration import NetworkCalibration
from trainer.training.training_settings import TrainingSettings

CUSTOMER = "farm-2"
BRIEF = TrainingSettings(epochs=4, patience=3, batch=16, learning_rate=1e-2)
PLS = PartialLeastSquares(treatments=("absorbance",), components=4, folds=3)
NETWORK = NetworkCalibration(TINY, BRIEF)
TUNING = Tuning(training=BRIEF)
INSTANCES = InstanceChoice(SelectionSettings(keep=20, draws_a_sample=4), runs=2)

ARMS: tuple[TransferArm, ...] = (
    LocalOnly(PLS),
    LocalOnly(NETWORK),
    LibraryOnly(PLS),
    LibraryOnly(PLS, ("farm-0",)),
    LibraryOnly(NETWORK),
    Spiking(PLS),
    InstanceTransfer(PLS, INSTANCES),
    InstanceTransfer(NETWORK, INSTANCES),
    RepresentationTransfer(NETWORK, TUNING),
    RepresentationTransfer(NETWORK, TUNING, instances=INSTANCES, kind="dtl-ir"),
    RepresentationTransfer(
        NETWORK, Tuning(frozen=(), rate_decay=1.0, training=BRIEF), kind="frozen-trunk"
    ),
    AverageOfArms((LocalOnly(PLS), LibraryOnly(PLS))),
)


def other_farms() -> SpectralLibrary:
    """Return the made farms without the customer."""
    return made_library(farms=3).without_farm(CUSTOMER)


def customer(labels: int | None = None) -> Soils:
    """Return the customer's soils, or the first so many."""
    soils = soils_of(made_library(farms=3).only_farm(CUSTOMER), (CARBON,))
    return soils if labels is None else soils.take(np.arange(labels))
