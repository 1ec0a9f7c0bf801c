"""RS-Local on soils as calibrations take them: which rows of a library suit a farm.

One run depends so much on what it happened to draw that it is no answer by itself; ask
for frequencies. The values of the one target are used, soils without one passed over.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.localisation.rs_local.instance_search import (
    Selection,
    Watch,
    nobody_watches,
)
from trainer.localisation.rs_local.repeated_selection import (
    RepeatedSelection,
    select_repeatedly,
)
from trainer.localisation.rs_local.scorer_choice import ALL_CORES, Computing
from trainer.localisation.rs_local.search_soils import Rows, SoilTable
from trainer.localisation.rs_local.selection_settings import SelectionSettings


def select_instances(
    library: Soils,
    farm: Soils,
    settings: SelectionSettings,
    watch: Watch = nobody_watches,
    computing: Computing = ALL_CORES,
) -> Selection:
    """Search once and return which rows of `library` were kept."""
    tables = (soil_table(library), soil_table(farm))
    found = select_repeatedly(*tables, settings, 1, watch, computing)
    return found.selections[0]


def repeat_selection(
    library: Soils,
    farm: Soils,
    settings: SelectionSettings,
    runs: int,
    watch: Watch = nobody_watches,
    computing: Computing = ALL_CORES,
) -> RepeatedSelection:
    """Search `runs` times and return all there is to know of it."""
    tables = (soil_table(library), soil_table(farm))
    return select_repeatedly(*tables, settings, runs, watch, computing)


def selection_frequencies(
    library: Soils, farm: Soils, settings: SelectionSettings, runs: int
) -> NDArray[np.float64]:
    """Return the share of runs in which each soil of `library` was kept."""
    return repeat_selection(library, farm, settings, runs).share


def frequent_instances(
    library: Soils, farm: Soils, settings: SelectionSettings, runs: int
) -> Rows:
    """Return the rows of `library` that were kept most often, as many as were asked."""
    return repeat_selection(library, farm, settings, runs).frequent(settings.keep)


def soil_table(soils: Soils) -> SoilTable:
    """Return soils of one target, or refuse soils of several."""
    if len(soils.targets) != 1:
        raise CalibrationError(
            f"expected soils of one target, found {', '.join(soils.targets)}; select "
            "for each target by itself"
        )
    return SoilTable(soils.spectra, soils.values[:, 0], soils.groups)
