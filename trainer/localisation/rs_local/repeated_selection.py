"""The answer of RS-Local: how often each soil was kept in several runs.

Which soils one run keeps depends on what it happened to draw, in the authors' code too:
two runs often share few of them. A soil that is kept again and again is relevant; how
much two runs share, as the Jaccard index, says how much a single one is worth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from trainer.errors import CalibrationError
from trainer.localisation.rs_local.instance_search import (
    SearchProgress,
    Selection,
    Watch,
    nobody_watches,
    search,
)
from trainer.localisation.rs_local.scorer_choice import (
    ALL_CORES,
    Computing,
    scorer_for,
)
from trainer.localisation.rs_local.search_soils import (
    Rows,
    SoilTable,
    search_soils,
    with_values,
)
from trainer.localisation.rs_local.selection_settings import SelectionSettings

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RepeatedSelection:
    """Several runs of one search.

    Attributes:
        selections: One a run, in rows of the library.
        searched: Rows of the library that could be kept, ascending.
    """

    selections: tuple[Selection, ...]
    searched: Rows

    @property
    def runs(self) -> int:
        """How many runs there were."""
        return len(self.selections)

    @cached_property
    def times(self) -> NDArray[np.int64]:
        """How many runs kept each soil of the library."""
        kept = np.concatenate([one.rows for one in self.selections])
        return np.bincount(kept, minlength=self._soils).astype(np.int64)

    @property
    def share(self) -> Array:
        """The share of runs that kept each soil of the library."""
        shares: Array = self.times / self.runs
        return shares

    @cached_property
    def ranked(self) -> Rows:
        """Rows that could be kept: those kept most often, then outlasting most, first.

        Ranking equally frequent soils by the rounds they outlasted is our choice.
        """
        outlasted = np.sum([one.outlasted for one in self.selections], axis=0)
        keys = (-outlasted[self.searched], -self.times[self.searched])
        return self.searched[np.lexsort(keys)]

    def frequent(self, count: int) -> Rows:
        """Return the `count` rows that were kept most often, ascending."""
        return np.sort(self.ranked[:count])

    @cached_property
    def overlaps(self) -> Array:
        """The Jaccard index of every two runs: 1 where they kept the same soils."""
        return np.array(list(_jaccards(self.selections)), dtype=np.float64)

    @property
    def _soils(self) -> int:
        return len(self.selections[0].outlasted)


def select_repeatedly(
    library: SoilTable,
    farm: SoilTable,
    settings: SelectionSettings,
    runs: int,
    watch: Watch = nobody_watches,
    computing: Computing = ALL_CORES,
) -> RepeatedSelection:
    """Search `runs` times, each time with other draws."""
    if runs < 1:
        raise CalibrationError(f"expected at least one run, found {runs}")
    soils, rows = search_soils(library, farm, settings), with_values(library)
    scorer = scorer_for(soils, settings, computing)
    selections = []
    for run in range(runs):
        told = _of_all_runs(watch, run, runs)
        found = search(soils, settings, scorer, told, run)
        selections.append(_in_library(found, rows, len(library)))
    return RepeatedSelection(tuple(selections), rows)


def _of_all_runs(watch: Watch, run: int, runs: int) -> Watch:
    def told(progress: SearchProgress) -> None:
        done = run * progress.planned + progress.fits
        watch(SearchProgress(done, runs * progress.planned, progress.soils))

    return told


def _in_library(found: Selection, rows: Rows, soils: int) -> Selection:
    """Return the selection in rows of the whole library."""
    outlasted = np.zeros(soils, np.int64)
    outlasted[rows] = found.outlasted
    return Selection(rows[found.rows], found.rounds, outlasted)


def _jaccards(selections: tuple[Selection, ...]) -> Iterator[float]:
    for one, other in combinations(selections, 2):
        shared = len(np.intersect1d(one.rows, other.rows))
        yield shared / (len(one.rows) + len(other.rows) - shared)
