"""RS-Local on soils as calibrations take them: which rows of a library suit a farm.

One run depends so much on what it happened to draw that it is no answer by itself; the
share of runs that kept a soil is. Soils without a value of the target are passed over.
"""

from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.localisation.rs_local.instance_search import Watch, nobody_watches
from trainer.localisation.rs_local.repeated_selection import (
    RepeatedSelection,
    select_repeatedly,
)
from trainer.localisation.rs_local.scorer_choice import ALL_CORES, Computing
from trainer.localisation.rs_local.search_soils import Rows, SoilTable
from trainer.localisation.rs_local.selection_settings import SelectionSettings


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
