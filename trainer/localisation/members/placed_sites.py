"""A library's soils as members of a farm's model take them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.localisation.members.site_process import KnownSites
from trainer.localisation.members.value_scale import ValueScale

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SiteValues:
    """The kept soils' values on the scale of a fit.

    Attributes:
        standard: One a soil.
        scale: The library's scale; nothing where each farm has its own.
    """

    standard: Array
    scale: ValueScale | None = None


@dataclass(frozen=True, eq=False)
class PlacedSites:
    """Known soils, and how a farm's scans are brought beside them.

    Attributes:
        known: The soils.
        centres: What is taken from treated scans, one array a treatment; nothing where
            each farm's own mean is.
        scales: What bands are divided by, one array a treatment.
        plain: The soils' values.
        logarithms: Their logarithms, where values allow them.
    """

    known: KnownSites
    centres: tuple[Array, ...] | None
    scales: tuple[Array, ...]
    plain: SiteValues
    logarithms: SiteValues | None


@dataclass(frozen=True, eq=False)
class LibrarySites:
    """The processes' soils for one target: each site by itself, or in one unit."""

    standardised: PlacedSites
    declared: PlacedSites
