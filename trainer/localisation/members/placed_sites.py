"""A library's soils as members of a farm's model take them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.localisation.members.site_process import KnownSites
from trainer.localisation.members.value_scale import ValueScale

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PlacedSites:
    """Known soils, and how a farm's scans are brought beside them.

    Attributes:
        known: The soils.
        centres: What is taken from treated scans, one array a treatment; nothing where
            each farm's own mean is.
        scales: What bands are divided by, one array a treatment.
        scale: The library's scale of values; nothing where each farm has its own.
    """

    known: KnownSites
    centres: tuple[Array, ...] | None
    scales: tuple[Array, ...]
    scale: ValueScale | None


@dataclass(frozen=True, eq=False)
class LibrarySites:
    """The processes' soils for one target; of logarithms where values allow them."""

    standardised: PlacedSites
    standardised_logs: PlacedSites | None
    declared: PlacedSites
    declared_logs: PlacedSites | None
