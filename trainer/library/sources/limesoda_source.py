"""LimeSoDa's fields as a source: one batch a field, fields of one survey in one group.

A field that measured organic matter keeps it apart from carbon unless told; one that
measured carbon per volume brings its scans without a value.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid
from trainer.errors import LibraryError
from trainer.library.limesoda import (
    LICENCE,
    LIMESODA_GRID,
    SETS,
    FarmScans,
    SoilSet,
    on_grid,
    reaches,
    read_as_measured,
    soil_set_of,
)
from trainer.library.recognition.finding import Finding
from trainer.library.recognition.laboratory_column import (
    MATTER_PER_CARBON,
    OrganicMatter,
)
from trainer.library.recognition.soil_properties import ORGANIC_CARBON, ORGANIC_MATTER
from trainer.library.sources.soil_source import SoilBatch, SourceDescription

NAME = "limesoda"


@dataclass(frozen=True)
class LimeSodaSource:
    """The fields that reach over a grid, less those left out.

    Attributes:
        without: Fields to leave out.
        organic_matter: Whether to turn it into carbon.
        grid: What a field must reach over.
    """

    without: tuple[str, ...] = ()
    organic_matter: OrganicMatter = "leave-out"
    grid: WavelengthGrid = LIMESODA_GRID

    @cached_property
    def fields(self) -> tuple[SoilSet, ...]:
        """The fields to read."""
        for farm in self.without:
            soil_set_of(farm)  # a mistyped customer would stay in its own library
        kept = tuple(
            one
            for one in SETS
            if one.farm not in self.without and reaches(one.farm, self.grid)
        )
        if not kept:
            raise LibraryError("expected at least one field to import, found none")
        return kept

    @property
    def targets(self) -> tuple[str, ...]:
        """Carbon, and matter where a field measured it and it is kept apart."""
        apart = self.organic_matter != "convert" and any(
            one.column == "SOM_target" for one in self.fields
        )
        return (ORGANIC_CARBON, ORGANIC_MATTER) if apart else (ORGANIC_CARBON,)

    @cached_property
    def description(self) -> SourceDescription:
        """What is read, and from which release."""
        release = version("LimeSoDa")
        fields = self.fields
        told = (release, self.organic_matter, *(one.source for one in fields))
        return SourceDescription(
            name=NAME,
            digest=hashlib.sha256("\0".join(told).encode()).hexdigest(),
            licence=LICENCE,
            targets=self.targets,
            findings=tuple(_finding(one, self.organic_matter) for one in fields),
            remarks=tuple(_remarks(fields, self.organic_matter)),
        )

    def own_grid(self) -> WavelengthGrid:
        """Return the grid that was asked for: each field has bands of its own."""
        return self.grid

    def batches(self, grid: WavelengthGrid) -> Iterator[SoilBatch]:
        """Read field by field."""
        for one in self.fields:
            scans = read_as_measured(one.farm)
            count = len(scans.soils)
            yield SoilBatch(
                soils=scans.soils,
                farms=(one.farm,) * count,
                groups=(one.survey or "",) * count,
                places=np.full((count, 2), np.nan),
                values=_values(scans, self.organic_matter)[:, : len(self.targets)],
                spectra=on_grid(scans, grid),
            )


def _values(scans: FarmScans, organic_matter: OrganicMatter) -> NDArray[np.float64]:
    """Return carbon and matter, NaN where the field did not measure it by weight."""
    one, values = scans.soil_set, np.full((len(scans.soils), 2), np.nan)
    if one.unit != "%":
        return values
    if one.column == "SOC_target":
        values[:, 0] = scans.measured
    elif organic_matter == "convert":
        values[:, 0] = scans.measured / MATTER_PER_CARBON
    else:
        values[:, 1] = scans.measured
    return values


def _finding(one: SoilSet, organic_matter: OrganicMatter) -> Finding:
    evidence = f"documentation of LimeSoDa: {one.column} in {one.unit}, {one.protocol}"
    if one.unit != "%":
        return Finding(one.farm, "scans only; per volume", evidence)
    if one.column == "SOC_target":
        return Finding(one.farm, f"{ORGANIC_CARBON} from %", evidence)
    if organic_matter == "convert":
        verdict = f"{ORGANIC_CARBON}, organic matter divided by {MATTER_PER_CARBON}"
        return Finding(one.farm, verdict, evidence)
    return Finding(one.farm, f"{ORGANIC_MATTER} from %", evidence)


def _remarks(
    fields: tuple[SoilSet, ...], organic_matter: OrganicMatter
) -> Iterator[str]:
    converted = [one.farm for one in fields if one.column == "SOM_target"]
    if converted and organic_matter == "convert":
        names = ", ".join(converted)
        yield f"carbon is organic matter divided by {MATTER_PER_CARBON} in {names}"
    for one in fields:
        yield f"{one.farm} was scanned with {one.scanned}"
