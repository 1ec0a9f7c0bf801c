"""Predicted against observed on the soils held back, one panel a target."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils

INCHES = 4.0


def agreement_picture(soils: Soils, predicted: NDArray[np.float64]) -> Figure:
    """Draw every target's soils and the 1:1 line."""
    count = len(soils.targets)
    figure = Figure(figsize=(INCHES * count, INCHES), layout="constrained")
    axes: list[Axes] = list(figure.subplots(1, count, squeeze=False)[0])
    for at, axis in enumerate(axes):
        known = np.isfinite(soils.values[:, at])
        observed, told = soils.values[known, at], predicted[known, at]
        axis.scatter(observed, told, s=12, color="#9a6b3f")
        both = np.concatenate([observed, told])
        axis.axline((both.min(), both.min()), slope=1, color="#8d857c", linewidth=1)
        axis.set_title(soils.targets[at], fontsize=9, loc="left")
        axis.set_xlabel("laboratory")
        axis.set_ylabel("network")
    return figure
