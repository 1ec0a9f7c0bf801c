"""What one fit came to on the soils that it had not seen: kept whole, to be resumed.

Predictions are kept, not figures: any table can be made from them later.
"""

import hashlib
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.evaluation.evaluation_run import FoldTask

ImportanceKind = Literal["gradient", "permutation"]


class FoldResult(msgspec.Struct, frozen=True, kw_only=True):
    """One method on one fold with one seed.

    Attributes:
        method: Its name in the catalogue.
        seed: The seed of the fit.
        fold: Which fold was left out.
        training: How many soils were asked for, None for all.
        settings: The calibration, as it prints itself.
        learned_from: How many soils it learned from.
        rows: The soils judged, as rows of the library.
        predicted: One row a soil judged, one column a target.
        fit_s: Seconds to fit, everything chosen inside included.
        predict_s: Seconds to predict the soils judged.
        half_width: Half of the interval a target, from inner folds; None if not made.
        importance: One row a target, one number a band; None if not measured.
        importance_kind: How the importance was measured.
    """

    method: str
    seed: int
    fold: int
    training: int | None
    settings: str
    learned_from: int
    rows: tuple[int, ...]
    predicted: tuple[tuple[float, ...], ...]
    fit_s: float
    predict_s: float
    half_width: tuple[float, ...] | None = None
    importance: tuple[tuple[float, ...], ...] | None = None
    importance_kind: ImportanceKind | None = None

    @property
    def task(self) -> FoldTask:
        """What was asked for."""
        return FoldTask(self.method, self.seed, self.fold, self.training)

    @property
    def answers(self) -> NDArray[np.float64]:
        """The predictions as an array."""
        return np.array(self.predicted, dtype=np.float64)


class FoldFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A fit that ended with an error, which stopped nothing else.

    Attributes:
        method: Its name in the catalogue.
        seed: The seed of the fit.
        fold: Which fold was left out.
        training: How many soils were asked for, None for all.
        reason: The error, in one line.
        traceback: Where it came from.
    """

    method: str
    seed: int
    fold: int
    training: int | None
    reason: str
    traceback: str


def fingerprint(task: FoldTask, circumstances: tuple[str, ...]) -> str:
    """Return what tells this fit from the same task under other circumstances."""
    text = "\0".join((repr(task), *circumstances))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
