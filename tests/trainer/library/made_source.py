"""Sources of made soils, to be imported, stopped and imported again."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from protocols.wavelength_grid import WavelengthGrid
from tests.trainer.library.made_tables import made_carbon, made_reflectance
from tests.trainer.localisation.made_soils import CARBON, GRID
from trainer.library.sources.soil_source import SoilBatch, SourceDescription

BATCHES = 3
SOILS_A_BATCH = 20


@dataclass
class MadeSource:
    """Three batches of made soils; the plug may be pulled before one of them."""

    description: SourceDescription = field(
        default_factory=lambda: SourceDescription("made", "d1", "CC0-1.0", (CARBON,))
    )
    seed: int = 3
    stops_before: int | None = None
    read: list[int] = field(default_factory=list)

    def own_grid(self) -> WavelengthGrid:
        """Return the grid of the made soils."""
        return GRID

    def batches(self, grid: WavelengthGrid) -> Iterator[SoilBatch]:
        """Read what there is, or stop."""
        assert grid == GRID
        count = BATCHES * SOILS_A_BATCH
        spectra, carbon = made_reflectance(count, self.seed), made_carbon(count)
        for number in range(BATCHES):
            if number == self.stops_before:
                raise KeyboardInterrupt
            self.read.append(number)
            rows = slice(number * SOILS_A_BATCH, (number + 1) * SOILS_A_BATCH)
            yield SoilBatch(
                soils=tuple(f"s{row}" for row in range(count))[rows],
                farms=("a",) * SOILS_A_BATCH,
                groups=("",) * SOILS_A_BATCH,
                places=np.full((SOILS_A_BATCH, 2), np.nan),
                values=carbon[rows, np.newaxis],
                spectra=spectra[rows],
            )


@dataclass
class OneBatch:
    """A source of one given batch."""

    batch: SoilBatch
    description: SourceDescription = field(
        default_factory=lambda: SourceDescription("odd", "d2", "MIT", (CARBON,))
    )

    def own_grid(self) -> WavelengthGrid:
        """Return the grid of the made soils."""
        return GRID

    def batches(self, grid: WavelengthGrid) -> Iterator[SoilBatch]:
        """Read what there is, or stop."""
        assert grid == GRID
        yield self.batch
