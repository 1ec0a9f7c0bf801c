"""Small comparisons on made soils."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tests.trainer.localisation.made_soils import CARBON, made_library
from trainer.calibrations.calibration import Soils
from trainer.evaluation.evaluation_run import Comparison, EvaluationOrder
from trainer.evaluation.fold_workers import Outcome
from trainer.evaluation.soils_of_library import soils_of
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.splits import make_split

SOILS_A_GROUP = 4


def grouped_library(farms: int = 2, soils: int = 24) -> SpectralLibrary:
    """Return made soils of which each four share a profile."""
    library = made_library(farms, soils)
    groups = tuple(f"profile-{row // SOILS_A_GROUP}" for row in range(farms * soils))
    return replace(library, groups=groups)


def grouped_soils() -> Soils:
    return soils_of(grouped_library())


def comparison_of(
    methods: Sequence[str] = ("mean", "one-band"),
    seeds: int = 2,
    sizes: tuple[int, ...] = (),
    interval_folds: int = 2,
) -> Comparison:
    """Return four folds of the made soils for each seed."""
    library = grouped_library()
    return Comparison(
        library=library,
        targets=(CARBON,),
        splits=tuple(make_split(library, "grouped", 4, one) for one in range(seeds)),
        order=EvaluationOrder(tuple(methods), seeds, sizes, interval_folds),
    )


def untold(done: int, every: int, last: Outcome | None) -> None:
    """Hear of progress and say nothing."""
    del done, every, last


def without_values(soils: Soils, rows: Sequence[int]) -> Soils:
    values = soils.values.copy()
    values[list(rows)] = np.nan
    return replace(soils, values=values)
