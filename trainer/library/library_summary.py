"""What is inside a library, farm by farm."""

from dataclasses import dataclass

import numpy as np

from trainer.library.spectral_library import SpectralLibrary


@dataclass(frozen=True)
class FarmSummary:
    """One farm's soils and the range of one target; NaN-free by leaving gaps out.

    Attributes:
        farm: Its name.
        soils: How many scans there are.
        target: OSSL name of the property.
        analysed: How many soils have a value of it.
        mean: Mean of these values, 0 of none.
        least: Smallest value, 0 of none.
        most: Largest value, 0 of none.
    """

    farm: str
    soils: int
    target: str
    analysed: int
    mean: float
    least: float
    most: float


def summarise(library: SpectralLibrary) -> list[FarmSummary]:
    """Return one line a farm and target."""
    return [
        _summary(library.only_farm(farm), farm, column)
        for farm in library.farm_names
        for column in range(len(library.targets))
    ]


def telling_lines(library: SpectralLibrary) -> list[FarmSummary]:
    """Return the lines with values, and one for every farm that has none."""
    lines = summarise(library)
    analysed = {line.farm for line in lines if line.analysed}
    first = library.targets[0] if library.targets else ""
    return [
        line
        for line in lines
        if line.analysed or (line.farm not in analysed and line.target == first)
    ]


def _summary(soils: SpectralLibrary, farm: str, column: int) -> FarmSummary:
    values = soils.values[:, column]
    known = values[np.isfinite(values)]
    mean, least, most = (
        (float(known.mean()), float(known.min()), float(known.max()))
        if known.size
        else (0.0, 0.0, 0.0)
    )
    return FarmSummary(
        farm, len(soils.soils), soils.targets[column], known.size, mean, least, most
    )
