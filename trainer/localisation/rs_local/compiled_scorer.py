"""Scoring on the processor, spread over its cores.

Threads are our own and end with each round: compiled loops hold no lock of Python's,
a stop reaches them within some draws, and a process that forks inherits nothing.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from trainer.localisation.rs_local.compiled_scoring import Judged, score_draws
from trainer.localisation.rs_local.search_soils import SearchSoils
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.rs_local.soil_draws import SoilDraws

Array = NDArray[np.float64]

MOST_DRAWS_AT_ONCE = 128
SHARES_A_THREAD = 4
"""So that no thread waits long for the last one."""


class CompiledScorer:
    """Scores draws in compiled loops."""

    def __init__(
        self,
        soils: SearchSoils,
        settings: SelectionSettings,
        threads: int | None = None,
    ) -> None:
        """Score on so many threads; on all cores if left out."""
        bands = soils.spectra.shape[1]
        self._components = min(settings.components, bands)
        self._threads = threads or usable_cores()
        self._judged = Judged(
            soils.spectra,
            soils.values,
            soils.farm_spectra,
            soils.farm_values,
            settings.score == "reconstruction",
        )

    def __call__(self, draws: SoilDraws, scored: Callable[[int], None]) -> Array:
        """Return one error a draw."""
        errors = np.empty(len(draws))
        spans = self._spans(len(draws))
        pool = ThreadPoolExecutor(self._threads)
        try:
            waiting = [pool.submit(self._score, draws, one, errors) for one in spans]
            for (first, last), one in zip(spans, waiting, strict=True):
                one.result()
                scored(last - first)
        finally:
            pool.shutdown(cancel_futures=True)
        return errors

    def _spans(self, draws: int) -> list[tuple[int, int]]:
        shares = self._threads * SHARES_A_THREAD
        size = max(1, min(MOST_DRAWS_AT_ONCE, -(-draws // shares)))
        return [(at, min(at + size, draws)) for at in range(0, draws, size)]

    def _score(self, draws: SoilDraws, span: tuple[int, int], errors: Array) -> None:
        drawn = (draws.rows, draws.starts)
        score_draws(self._judged, drawn, span, self._components, errors)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
