"""Where nothing grows, the last scenes of a window show it."""

import numpy as np
import pytest

from trainer.crops.preparation.growing_crops import nothing_grows


@pytest.mark.parametrize(
    ("scenes", "nothing"),
    [
        ([4, 4, 5, 5], True),
        ([4, 5, 0, 5], True),
        ([5, 5, 4, 5], False),
        ([5, 5, 5, 4], False),
        ([5, 5, 4, 0], False),
        ([0, 0, 0, 5], False),
        ([0, 0, 0, 0], False),
    ],
)
def test_the_last_two_scenes_that_were_seen_tell(
    scenes: list[int], nothing: bool
) -> None:
    assert nothing_grows(np.array([scenes], dtype=np.uint8)).tolist() == [nothing]
