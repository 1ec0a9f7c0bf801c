"""Where nothing grows at the end of a window: a class of its own, told by the scenes.

What was sown in autumn, and what was harvested, look alike where the last scenes of a
window show bare soil: nobody can tell a crop there. The fourth system calls a place so
where neither of its last two scenes is vegetation.
"""

import numpy as np
from numpy.typing import NDArray

VEGETATION = 4
LAST_SCENES = 2


def nothing_grows(scenes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell where the last two scenes of a window [place, step] are not vegetation.

    A step of which nothing was seen is 0 and does not count. Where there are fewer than
    two scenes nothing is claimed.
    """
    seen = scenes != 0
    from_end = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1]
    is_last = seen & (from_end <= LAST_SCENES)
    is_green = ((scenes == VEGETATION) & is_last).any(axis=1)
    told: NDArray[np.bool_] = (is_last.sum(axis=1) == LAST_SCENES) & ~is_green
    return told
