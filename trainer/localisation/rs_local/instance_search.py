"""The search itself: draw, score, drop the worst, until few enough are left.

Who scores is handed in: compiled loops on the processor, or a graphics card. The last
round takes the number of soils below what was asked for by up to its dropped share; the
authors' loop does the same. Theirs does not begin where a library holds less than one
round more than is asked for and returns it whole; our choice is to make that round.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from trainer.errors import CalibrationError
from trainer.localisation.rs_local.search_soils import SearchSoils
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.rs_local.soil_draws import SoilDraws, draw_round, lots_of
from trainer.localisation.rs_local.soil_ranking import dropped, mean_errors

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class SearchProgress:
    """How far a search is.

    Attributes:
        fits: Draws that are scored.
        planned: Draws in all, as far as they can be foreseen.
        soils: How many are left.
    """

    fits: int
    planned: int
    soils: int


Watch = Callable[[SearchProgress], None]
"""Called after some draws; what it raises stops the search."""


def nobody_watches(progress: SearchProgress) -> None:
    """Take no notice."""
    del progress


@dataclass(frozen=True)
class Round:
    """One round, for whoever wants to see where a search went.

    Attributes:
        soils: How many it drew from.
        draws: How many draws it scored.
        dropped: How many soils it dropped.
        mean_error: Of its draws.
    """

    soils: int
    draws: int
    dropped: int
    mean_error: float


@dataclass(frozen=True, eq=False)
class Selection:
    """What one run kept.

    Attributes:
        rows: Library rows that are kept, ascending.
        rounds: What happened.
        outlasted: How many rounds each library soil outlasted.
    """

    rows: Rows
    rounds: tuple[Round, ...]
    outlasted: NDArray[np.int64]


class Scorer(Protocol):
    """Finds the error of each draw on the farm's soils."""

    def __call__(self, draws: SoilDraws, scored: Callable[[int], None]) -> Array:
        """Return one error a draw; call `scored` with how many more are done."""
        ...


def search(
    soils: SearchSoils,
    settings: SelectionSettings,
    scorer: Scorer,
    watch: Watch = nobody_watches,
    run: int = 0,
) -> Selection:
    """Search once; runs of one seed are independent of one another."""
    kept = np.arange(len(soils.values))
    rounds, fits = list[Round](), 0
    outlasted = np.zeros(len(kept), np.int64)
    planned = settings.planned_fits(len(kept))

    def scored(count: int) -> None:
        nonlocal fits
        fits += count
        watch(SearchProgress(fits, max(fits, planned), len(kept)))

    while len(kept) > settings.keep:
        lots = lots_of(kept, soils.groups, settings.grouped)
        draws = draw_round(lots, settings, (settings.seed, run, len(rounds)))
        errors = _finite(scorer(draws, scored))
        means = mean_errors(draws, errors, len(soils.values))[kept]
        worst = dropped(means, soils.groups[kept], settings)
        if worst is None:
            break
        rounds.append(_round(errors, worst))
        kept = kept[~worst]
        outlasted[kept] += 1
    return Selection(kept, tuple(rounds), outlasted)


def _finite(errors: Array) -> Array:
    """Refuse errors by which nothing could be ranked, or the search would not end."""
    if not np.isfinite(errors).all():
        raise CalibrationError(
            "expected spectra and values that are numbers, found a draw without an "
            "error; leave out soils with NaN or infinite spectra"
        )
    return errors


def _round(errors: Array, worst: NDArray[np.bool_]) -> Round:
    return Round(
        soils=len(worst),
        draws=len(errors),
        dropped=int(worst.sum()),
        mean_error=float(errors.mean()),
    )
