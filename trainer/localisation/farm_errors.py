"""What a farm's recipe gets wrong on soils of the farm that it did not learn from.

Everything is refitted without the soils in question, the choice of components too:
errors of an average that was already chosen on the same soils come out too small.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.component_choice import soil_folds
from trainer.localisation.farm_recipe import Prior, fit_farm
from trainer.localisation.library_model import value_range
from trainer.localisation.treated_soils import TreatedSoils, predict

Array = NDArray[np.float64]

OUTER_FOLDS = 10


def nested_predictions(soils: TreatedSoils, prior: Prior, seed: int) -> Array:
    """Return for each soil what a model without it and its fold says."""
    answers = np.zeros(len(soils))
    for kept, out in soil_folds(len(soils), OUTER_FOLDS, seed + 1):
        near, left = soils.take(kept), soils.take(out)
        maps = fit_farm(near, prior, seed)
        least, most = value_range(near.values)
        answers[out] = np.clip(predict(maps, left.treated), least, most)
    return answers
