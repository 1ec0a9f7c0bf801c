"""The treatments that farm models average over, and how to apply one to an array.

Averaging models over several treatments beats choosing one: on few labels the choice
itself is noise.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from trainer.treatments.absorbance import Absorbance
from trainer.treatments.continuum_removal import ContinuumRemoval
from trainer.treatments.detrend import Detrend
from trainer.treatments.savitzky_golay import SavitzkyGolay, SavitzkyGolayWindow
from trainer.treatments.slopes_and_light import SlopesAndLight
from trainer.treatments.standard_normal_variate import StandardNormalVariate

FIRST_DERIVATIVE = SavitzkyGolayWindow(bands=11, degree=2, derivative=1)
SECOND_DERIVATIVE = SavitzkyGolayWindow(bands=15, degree=2, derivative=2)
BROAD_FIRST_DERIVATIVE = SavitzkyGolayWindow(bands=21, degree=2, derivative=1)
BROAD_SECOND_DERIVATIVE = SavitzkyGolayWindow(bands=31, degree=3, derivative=2)
TREATMENTS = (
    "absorbance",
    "variate",
    "first derivative",
    "second derivative",
    "variate of first derivative",
    "variate of second derivative",
)
WIDE_TREATMENTS = (
    *TREATMENTS,
    "detrended variate",
    "variate of reflectance",
    "variate of broad first derivative",
    "variate of broad second derivative",
)
"""Ten ways to look at a scan, for averages that would rather not choose."""

DOMAIN_TREATMENT = "slopes, contrast and level"
"""Under which scans are compared with what a model knows."""


def treatment_of(name: str) -> nn.Sequential:
    """Build the treatment called `name`, from reflectance on."""
    if name == "continuum removed":
        return nn.Sequential(ContinuumRemoval())
    if name == "variate of reflectance":
        return nn.Sequential(StandardNormalVariate())
    steps: dict[str, tuple[nn.Module, ...]] = {
        "absorbance": (),
        "variate": (StandardNormalVariate(),),
        DOMAIN_TREATMENT: (SlopesAndLight(),),
        "detrended variate": (StandardNormalVariate(), Detrend()),
        "first derivative": (SavitzkyGolay(FIRST_DERIVATIVE),),
        "second derivative": (SavitzkyGolay(SECOND_DERIVATIVE),),
        "variate of first derivative": _variate_of(FIRST_DERIVATIVE),
        "variate of second derivative": _variate_of(SECOND_DERIVATIVE),
        "variate of broad first derivative": _variate_of(BROAD_FIRST_DERIVATIVE),
        "variate of broad second derivative": _variate_of(BROAD_SECOND_DERIVATIVE),
    }
    return nn.Sequential(Absorbance(), *steps[name])


def treat(name: str, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the treated spectra in float64, as calibrations are fitted on them."""
    with torch.no_grad():
        treated = treatment_of(name).double()(torch.from_numpy(spectra).double())
    result: NDArray[np.float64] = treated.numpy()
    return result


def _variate_of(window: SavitzkyGolayWindow) -> tuple[nn.Module, ...]:
    return SavitzkyGolay(window), StandardNormalVariate()
