"""What each member says of soils that it did not learn from, refitted fold by fold.

Everything that labels decide is refitted without the soils in question: noise, ranking,
evidence, scale and range. Scans tell how views are centred and scaled, values never.
Errors of an average that was chosen on the same soils come out too small.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.component_choice import soil_folds
from trainer.localisation.members.farm_stack import FarmStack
from trainer.localisation.members.member_fit import StackFit, StackMember
from trainer.localisation.members.value_scale import believable_ranges

Array = NDArray[np.float64]

FOLDS, MANY_SOILS, FOLDS_OF_MANY = 10, 60, 5
"""Large farms have steady errors, and fits that take long."""


def nested_answers(
    stack: FarmStack, members: Sequence[StackMember], seed: int
) -> Array:
    """Return [member, farm, soil], each soil told by fits without its fold."""
    told = np.zeros((len(members), stack.farms, stack.soils))
    folds = FOLDS if stack.soils <= MANY_SOILS else FOLDS_OF_MANY
    for kept, out in soil_folds(stack.soils, folds, seed):
        least, most = believable_ranges(stack.values[:, kept])
        for at, member in enumerate(members):
            answer = member.fit(kept).answer(out)
            told[at][:, out] = np.clip(answer, least, most)
    return told


def whole_fits(
    stack: FarmStack, members: Sequence[StackMember]
) -> tuple[StackFit, ...]:
    """Fit every member on all labelled soils."""
    everything = np.arange(stack.soils)
    return tuple(member.fit(everything) for member in members)
