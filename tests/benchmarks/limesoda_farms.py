"""Each spectral LimeSoDa set as a farm, the others as its library.

All fifteen measured organic carbon or matter, with their own instruments and units. A
farm is read on an even grid over its own instrument's range, and its library holds
every other set that reaches over that range, on the same grid. Values are brought to
percent of carbon where that needs no guess: matter is divided by 1.724, g/kg by 10. Two
sets of one survey in g/dm3 stay out of all libraries; as a farm, one of them keeps its
own unit, which is then declared wrongly: the guard has to see that.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid, resample_rows
from trainer.library.limesoda import LICENCE
from trainer.library.recognition.laboratory_column import MATTER_PER_CARBON
from trainer.library.recognition.soil_properties import ORGANIC_CARBON
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)

VISIBLE = (
    "SSP.460", "SP.231", "SL.125", "UL.120", "SA.112",
    "CV.98", "SC.93", "RP.62", "SSP.58", "MG.44",
)  # fmt: skip
MIDDLE = ("H.138", "NRW.115", "NRW.62", "NRW.42", "O.32")
FIELDS = (*VISIBLE, *MIDDLE)
PER_VOLUME = ("SSP.58", "MG.44")
"""Carbon in g/dm3, both of one survey."""

GRAMS_A_KILOGRAM = ("NRW.42",)
LEAST_NM, MOST_NM = 420.0, 2450.0
"""Beyond, most instruments only tell noise."""

LEAST_CM, MOST_CM = 760.0, 3790.0
PERCENT = 100.0


@dataclass(frozen=True)
class BandSteps:
    """How finely farms are read: nm for visible to near infrared, cm-1 beyond."""

    visible_nm: float = 10.0
    middle_cm: float = 8.0


COARSE, FINE = BandSteps(), BandSteps(5.0, 4.0)


@dataclass(frozen=True, eq=False)
class RawField:
    """A set as its own instrument saw it."""

    axis: NDArray[np.float64]
    scans: NDArray[np.float32]
    values: NDArray[np.float64]
    matter: bool
    folds: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Customer:
    """A farm, its fixed folds, and the library of all other sets.

    Attributes:
        field: The set's name.
        farm: Its soils.
        folds: Which of ten folds each soil is in.
        library: The other sets.
        own_unit: What values are multiplied by to be in the set's own unit.
    """

    field: str
    farm: FarmSoils
    folds: NDArray[np.intp]
    library: SpectralLibrary
    own_unit: float

    @property
    def values(self) -> NDArray[np.float64]:
        """Laboratory values."""
        return self.farm.values[:, 0]

    def some(self, rows: NDArray[np.intp]) -> FarmSoils:
        """Return some of the farm's soils."""
        farm = self.farm
        samples = tuple(farm.samples[row] for row in rows)
        return FarmSoils(samples, farm.spectra[rows], farm.values[rows])


def customer(field: str, steps: BandSteps = COARSE) -> Customer:
    """Return one set as a farm."""
    raw, grid = raw_field(field), grid_of(field, steps)
    factor = _to_percent(field, matter=raw.matter)
    values = raw.values * factor
    farm = FarmSoils(
        tuple(f"{field}.{row}" for row in range(len(values))),
        resample_rows(raw.axis, raw.scans, grid),
        values[:, np.newaxis],
    )
    return Customer(field, farm, raw.folds, _library_of(field, grid), 1 / factor)


@cache
def raw_field(field: str) -> RawField:
    """Read a set."""
    from LimeSoDa import load_dataset  # noqa: PLC0415 - loads pandas, half a second

    loaded = load_dataset(field)
    table = loaded["Dataset"]
    bands = [name for name in table.columns if name[:3] in ("wl_", "wn_")]
    axis = np.array([float(name[3:]) for name in bands])
    order = np.argsort(axis)
    target = next(one for one in ("SOC_target", "SOM_target") if one in table.columns)
    scans = (table[bands].to_numpy(np.float64) / PERCENT).astype(np.float32)
    return RawField(
        axis=axis[order],
        scans=scans[:, order],
        values=table[target].to_numpy(np.float64),
        matter=target == "SOM_target",
        folds=np.asarray(loaded["Folds"], dtype=np.intp),
    )


def grid_of(field: str, steps: BandSteps) -> WavelengthGrid:
    """Return the even grid over what a set's instrument told well."""
    axis = raw_field(field).axis
    if field in VISIBLE:
        step = steps.visible_nm
        first = float(np.ceil(max(axis[0], LEAST_NM) / step) * step)
        bands = int((min(axis[-1], MOST_NM) - first) // step) + 1
        return WavelengthGrid(first=first, step=step, bands=bands)
    step, first = steps.middle_cm, max(float(axis[0]), LEAST_CM)
    bands = int((min(float(axis[-1]), MOST_CM) - first) // step) + 1
    return WavelengthGrid(first=first, step=step, bands=bands, unit="cm-1")


@cache
def learned_library(field: str) -> LibraryKnowledge:
    """Return what the library of a set taught."""
    return learn_library(customer(field).library)


def _library_of(field: str, grid: WavelengthGrid) -> SpectralLibrary:
    group = VISIBLE if field in VISIBLE else MIDDLE
    others = [
        one
        for one in group
        if one not in (field, *PER_VOLUME) and _reaches(raw_field(one), grid)
    ]
    raws = [raw_field(one) for one in others]
    values = [
        raw.values * _to_percent(one, matter=raw.matter)
        for one, raw in zip(others, raws, strict=True)
    ]
    return SpectralLibrary(
        name=f"LimeSoDa without {field}",
        licence=LICENCE,
        grid=grid,
        targets=(ORGANIC_CARBON,),
        soils=tuple(
            f"{one}.{row}"
            for one, own in zip(others, values, strict=True)
            for row in range(len(own))
        ),
        farms=tuple(
            one.lower().replace(".", "-")
            for one, own in zip(others, values, strict=True)
            for _ in own
        ),
        spectra=np.concatenate(
            [resample_rows(raw.axis, raw.scans, grid) for raw in raws]
        ),
        values=np.concatenate(values)[:, np.newaxis],
    )


def _reaches(raw: RawField, grid: WavelengthGrid) -> bool:
    return bool(raw.axis[0] <= grid.first and raw.axis[-1] >= grid.last)


def _to_percent(field: str, *, matter: bool) -> float:
    if matter:
        return 1 / MATTER_PER_CARBON
    return 0.1 if field in GRAMS_A_KILOGRAM else 1.0
