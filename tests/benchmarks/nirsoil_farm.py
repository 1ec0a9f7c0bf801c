"""A farm that looks like its library: 98 similar soils of NIRsoil's validation part.

`python -m tests.benchmarks.nirsoil_farm` takes the training part as the library, and as
the farm those 98 validation soils with carbon that lie closest together in the leading
components of their derivatives (the ball of least radius around one of them; our
choice, since no list was published). Labels are drawn five times; the soils judged are
never labelled. Memory-based learning gets library and labels together, as its authors
use it; the local average gets the labels alone.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from tests.benchmarks.measurement import Measurement, at_most, observed
from tests.benchmarks.nirsoil_accuracy import DATA, read_nirsoil
from trainer.calibrations.average import Average
from trainer.calibrations.calibration import Calibration, Soils
from trainer.calibrations.memory_based import MemoryBased
from trainer.library.recognition.soil_properties import ORGANIC_CARBON
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_model import localise
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)
from trainer.treatments.spectral_treatments import treat

FARM_SOILS = 98
LABELS = (8, 15, 30)
SEEDS = 5
COMPONENTS = 10
LICENCE = "CC0-1.0"
"""Stands for whoever may pass the soils on: the memory needs soils of the library."""


@dataclass(frozen=True)
class NirsoilFarmRow:
    """RMSE at one number of labels, mean of the draws."""

    labels: int
    auto: float
    memory: float
    average: float


def measure() -> Iterator[NirsoilFarmRow]:
    """Yield one row a number of labels."""
    library, farm = _parts()
    knowledge = learn_library(_as_library(library))
    for labels in LABELS:
        draws = [_draw(knowledge, library, farm, (labels, one)) for one in range(SEEDS)]
        yield NirsoilFarmRow(labels, *map(float, np.mean(draws, axis=0)))


def bench_rows() -> list[Measurement]:
    """Return this file's figures."""
    if not DATA.is_dir():
        return [observed("NIRsoil is absent, set TERROIR_DATA", 0, "soils")]
    if not os.environ.get("TERROIR_BENCH_SLOW"):
        return [observed("NIRsoil farm: set TERROIR_BENCH_SLOW=1", 0, "soils")]
    found = []
    for row in measure():
        name = f"NIRsoil, {FARM_SOILS} similar soils, {row.labels} labels: auto over"
        to_memory, to_average = row.auto / row.memory, row.auto / row.average
        found.append(at_most(f"{name} memory-based learning", to_memory, "x", 1.0))
        found.append(at_most(f"{name} local average", to_average, "x", 0.55))
    return found


def _parts() -> tuple[Soils, Soils]:
    """Return the training soils with carbon, and the farm."""
    split = read_nirsoil()
    columns = ("carbon",)
    known = np.flatnonzero(np.isfinite(split.train.values[:, 0]))
    library = split.train.take(known)
    library = replace(library, values=library.values[:, :1], targets=columns)
    judged = np.flatnonzero(np.isfinite(split.values[:, 0]))
    spectra = split.spectra[judged]
    rows = _similar(library.spectra, spectra)
    farm = Soils(
        spectra=spectra[rows],
        values=split.values[judged][rows, :1],
        groups=tuple(f"farm-{row}" for row in rows),
        grid=library.grid,
        targets=columns,
    )
    return library, farm


def _similar(
    known: NDArray[np.float32], spectra: NDArray[np.float32]
) -> NDArray[np.intp]:
    """Return the rows of those that lie closest together."""
    treatment = "variate of first derivative"
    treated = treat(treatment, known)
    centre = treated.mean(axis=0)
    _, powers, turn = np.linalg.svd(treated - centre, full_matrices=False)
    places = (treat(treatment, spectra) - centre) @ turn[:COMPONENTS].T
    places = places / powers[:COMPONENTS]
    far = ((places[:, np.newaxis] - places) ** 2).sum(axis=2)
    middle = int(np.sort(far, axis=1)[:, FARM_SOILS - 1].argmin())
    return np.sort(np.argsort(far[middle], kind="stable")[:FARM_SOILS])


def _as_library(soils: Soils) -> SpectralLibrary:
    return SpectralLibrary(
        name="NIRsoil, training part",
        licence=LICENCE,
        grid=soils.grid,
        targets=(ORGANIC_CARBON,),
        soils=tuple(f"nirsoil-{at}" for at in range(len(soils))),
        farms=("nirsoil",) * len(soils),
        spectra=soils.spectra,
        values=soils.values,
    )


def _draw(
    knowledge: LibraryKnowledge, library: Soils, farm: Soils, draw: tuple[int, int]
) -> tuple[float, float, float]:
    labels, seed = draw
    order = np.random.default_rng(seed).permutation(len(farm))
    own, judged = farm.take(order[:labels]), farm.take(np.sort(order[max(LABELS) :]))
    told = FarmSoils(own.groups, own.spectra, own.values)
    auto = localise(knowledge, told, seed).fits[0].answer(judged.spectra)
    return (
        _error(auto, judged),
        _error_of(MemoryBased(), _joined(library, own), judged),
        _error_of(Average(), own, judged),
    )


def _joined(library: Soils, own: Soils) -> Soils:
    """Return all soils, each for itself: neighbours are what memory lives from."""
    count = len(library) + len(own)
    return Soils(
        spectra=np.concatenate([library.spectra, own.spectra]),
        values=np.concatenate([library.values, own.values]),
        groups=tuple(f"soil-{at}" for at in range(count)),
        grid=library.grid,
        targets=library.targets,
    )


def _error_of(calibration: Calibration, soils: Soils, judged: Soils) -> float:
    fitted = calibration.fit(soils, 0)
    return _error(fitted.predict(judged.spectra)[:, 0], judged)


def _error(answers: NDArray[np.float64], judged: Soils) -> float:
    return float(np.sqrt(((answers - judged.values[:, 0]) ** 2).mean()))


def main() -> None:
    """Print the table."""
    table = Table("labels", "auto", "memory-based", "local average", "over average")
    table.title = "NIRsoil, 98 similar validation soils, organic carbon, RMSE in %"
    for row in measure():
        errors = (row.auto, row.memory, row.average, row.auto / row.average)
        table.add_row(str(row.labels), *(f"{one:.3f}" for one in errors))
    Console().print(table)


if __name__ == "__main__":
    main()
