"""What one or two labels change: the library's own model is moved to the farm's level.

So few labels say nothing of how spectra and values hang together on the farm. They tell
its level, and are believed as far as levels of farms differ (`LeftOut.between`) against
what soils differ inside farms.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.linear_map import LinearMap, constant
from trainer.localisation.knowledge.library_model import LibraryModel
from trainer.localisation.treated_soils import Maps, TreatedSoils, predict

Array = NDArray[np.float64]

FEWEST_TO_FIT = 3
"""Below this a farm's own spectra say nothing; its labels still tell its level."""

LIBRARY_LABELS = 3.0
"""The library's own model weighs as much as a level known from so many labels."""


def moved_library(soils: TreatedSoils, model: LibraryModel) -> Maps:
    """Return one calibration a treatment, drawn to the level of the few labels."""
    share = LIBRARY_LABELS / (LIBRARY_LABELS + len(soils))
    level = float(soils.values.mean())
    return tuple(
        _mixed(far, constant(level, far.coefficients.size), share)
        for far in _moved(soils, model)
    )


def _moved(soils: TreatedSoils, model: LibraryModel) -> Maps:
    """Return the library's maps, moved as far as the labels can be believed."""
    misses = soils.values - predict(model.maps, soils.treated)
    between, within = model.left_out.between, model.left_out.within
    believed = between / (between + within / len(soils)) if between else 0.0
    return tuple(one.plus(believed * float(misses.mean())) for one in model.maps)


def _mixed(far: LinearMap, near: LinearMap, share: float) -> LinearMap:
    return LinearMap(
        share * far.coefficients + (1 - share) * near.coefficients,
        share * far.intercept + (1 - share) * near.intercept,
    )
