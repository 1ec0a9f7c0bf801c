"""What one fit of a study came to: predictions, so that any figure can be made."""

from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from trainer.study.study_order import StudyTask

Answer = Annotated[float | None, Meta(description="null where a target is not told")]


class StudyResult(msgspec.Struct, frozen=True, kw_only=True, tag="result"):
    """One arm on one farm with one draw of labels.

    Attributes:
        task: What was asked for.
        fingerprint: What tells it from the same task under other circumstances.
        learned_from: How many of the farm's soils were labelled.
        library: How many soils the library had.
        rows: The soils judged, as rows of the whole library.
        predicted: One row a soil judged, one column a target.
        fit_s: Seconds to fit, everything chosen inside included.
        remark: What the arm says of its own choices.
        instances: The soils that were taken from the library, as rows of the whole one;
            null where all were, or none.
    """

    task: StudyTask
    fingerprint: str
    learned_from: int
    library: int
    rows: tuple[int, ...]
    predicted: tuple[tuple[Answer, ...], ...]
    fit_s: float
    remark: str = ""
    instances: tuple[int, ...] | None = None

    @property
    def answers(self) -> NDArray[np.float64]:
        """The predictions as an array, NaN where a target is not told."""
        return np.array(self.predicted, dtype=np.float64)


class StudyFailure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    """A fit that ended with an error, which stopped nothing else.

    Attributes:
        task: What was asked for.
        fingerprint: What tells it from the same task under other circumstances.
        reason: The error, in one line.
        traceback: Where it came from.
    """

    task: StudyTask
    fingerprint: str
    reason: str
    traceback: str


StudyOutcome = StudyResult | StudyFailure
