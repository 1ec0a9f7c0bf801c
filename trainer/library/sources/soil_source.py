"""What every source offers: what it says of itself, and its soils batch by batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid
from trainer.library.recognition.finding import Finding

BATCH_SOILS = 2048
"""Soils in memory at once; 18 MB of spectra at 2,151 bands."""

UNSTATED_LICENCE = "licence not stated"


@dataclass(frozen=True)
class SourceDescription:
    """What a source is.

    Attributes:
        name: Short; it begins the id of every soil that comes from here.
        digest: The sha256 of what was read, and of how: the same source read by
            another map is another source.
        licence: Under which terms its soils may be used.
        targets: OSSL names of the columns of each batch's values.
        findings: What was recognised.
        remarks: What a reader of the library must know, such as a conversion.
        soils: How many rows there are, where that is known beforehand.
    """

    name: str
    digest: str
    licence: str
    targets: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    soils: int | None = None


@dataclass(frozen=True, eq=False)
class SoilBatch:
    """Some soils of a source, on the library's grid.

    Attributes:
        soils: Their ids in the source; scans of one soil repeat it.
        farms: The farm of each.
        groups: The profile or survey of each, or empty where it stands alone.
        places: Latitude and longitude, NaN where unknown.
        values: In the library's units, NaN where there is none.
        spectra: Reflectance as a fraction; NaN where there is no scan.
    """

    soils: tuple[str, ...]
    farms: tuple[str, ...]
    groups: tuple[str, ...]
    places: NDArray[np.float64]
    values: NDArray[np.float64]
    spectra: NDArray[np.float32]


class SoilSource(Protocol):
    """Anything that soils can be imported from, the same way twice."""

    @property
    def description(self) -> SourceDescription:
        """What the source says of itself."""
        ...

    def own_grid(self) -> WavelengthGrid:
        """Return the even grid that is nearest to the source's own bands."""
        ...

    def batches(self, grid: WavelengthGrid) -> Iterator[SoilBatch]:
        """Read all soils, in the same order and cut at the same places every time."""
        ...
