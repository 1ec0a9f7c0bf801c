"""The treatments that farm models average over, and how to apply one to an array.

Averaging models over several treatments beats choosing one: on few labels the choice
itself is noise.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from trainer.treatments.absorbance import Absorbance
from trainer.treatments.contrasted_variate import ContrastedVariate
from trainer.treatments.savitzky_golay import SavitzkyGolay, SavitzkyGolayWindow
from trainer.treatments.standard_normal_variate import StandardNormalVariate

FIRST_DERIVATIVE = SavitzkyGolayWindow(bands=11, degree=2, derivative=1)
SECOND_DERIVATIVE = SavitzkyGolayWindow(bands=15, degree=2, derivative=2)
TREATMENTS = (
    "absorbance",
    "variate",
    "first derivative",
    "second derivative",
    "variate of first derivative",
    "variate of second derivative",
)
DOMAIN_TREATMENT = "variate and contrast"
"""Under which scans are compared with what a model knows."""


def treatment_of(name: str) -> nn.Sequential:
    """Build the treatment called `name`, from reflectance on."""
    steps: dict[str, tuple[nn.Module, ...]] = {
        "absorbance": (),
        "variate": (StandardNormalVariate(),),
        DOMAIN_TREATMENT: (ContrastedVariate(),),
        "first derivative": (SavitzkyGolay(FIRST_DERIVATIVE),),
        "second derivative": (SavitzkyGolay(SECOND_DERIVATIVE),),
        "variate of first derivative": (
            SavitzkyGolay(FIRST_DERIVATIVE),
            StandardNormalVariate(),
        ),
        "variate of second derivative": (
            SavitzkyGolay(SECOND_DERIVATIVE),
            StandardNormalVariate(),
        ),
    }
    return nn.Sequential(Absorbance(), *steps[name])


def treat(name: str, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the treated spectra in float64, as calibrations are fitted on them."""
    with torch.no_grad():
        treated = treatment_of(name).double()(torch.from_numpy(spectra).double())
    result: NDArray[np.float64] = treated.numpy()
    return result
