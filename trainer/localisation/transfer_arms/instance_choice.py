"""Which of the library's soils are taken over: those that RS-Local keeps most often.

One run of RS-Local keeps other soils than the next; what several runs agree on is the
answer. Each target chooses its own, and all that any of them chose are taken. With too
few labels to score answers by, soils are chosen by how well they rebuild the farm's
spectra.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.calibrations.joined_soils import with_columns
from trainer.errors import CalibrationError
from trainer.evaluation.soils_of_library import soils_of
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.rs_local.search_soils import FEWEST_LABELS
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.transfer_arms.transfer_arm import library_beside

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class InstanceChoice:
    """How RS-Local chooses.

    Attributes:
        settings: Of a single run; its seed is that of the fit.
        runs: How many runs say which soils are kept most often.
    """

    settings: SelectionSettings = field(default_factory=SelectionSettings)
    runs: int = 5

    def rows(self, library: SpectralLibrary, farm: Soils, seed: int) -> tuple[int, ...]:
        """Return the rows of the library that are taken, in rising order."""
        library_beside(library, farm, "RS-Local")  # refuses another grid
        chosen = [
            self._rows_for(library, farm, column, seed)
            for column in range(len(farm.targets))
            if np.isfinite(farm.values[:, column]).any()
        ]
        if not chosen:
            raise CalibrationError(
                "expected a labelled soil of the farm for RS-Local, found none; label "
                "one, or choose an arm that needs no label"
            )
        return tuple(np.unique(np.concatenate(chosen)).tolist())

    def _rows_for(
        self, library: SpectralLibrary, farm: Soils, column: int, seed: int
    ) -> Rows:
        # Loads numba, which takes its time.
        from trainer.localisation.rs_local.selection import (  # noqa: PLC0415
            frequent_instances,
        )

        far, at = _with_value(soils_of(library, (farm.targets[column],)))
        near, _ = _with_value(with_columns(farm, (column,)))
        settings = replace(self.settings, seed=seed)
        if len(near) < FEWEST_LABELS:
            settings = replace(settings, score="reconstruction")
        chosen: Rows = at[frequent_instances(far, near, settings, self.runs)]
        return chosen


def _with_value(soils: Soils) -> tuple[Soils, Rows]:
    """Return the soils that have the one target's value, and which rows they were."""
    rows = np.flatnonzero(np.isfinite(soils.values[:, 0]))
    return soils.take(rows), rows
