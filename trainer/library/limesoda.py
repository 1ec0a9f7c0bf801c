"""The visible and near-infrared farms of LimeSoDa, as farms of one library.

LimeSoDa (Schmidinger et al. 2025) holds fields that were sampled for liming, each with
its own spectrometer, laboratory and units. The table below says for each what was
measured, from the documentation of its R package; nothing is converted unless told.
SSP.58 and MG.44 are two fields of one survey and measured carbon per volume, which is
no weight percent without a bulk density: this reader refuses both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid, resample_rows
from trainer.errors import LibraryError
from trainer.library.recognition.laboratory_column import (
    MATTER_PER_CARBON,
    OrganicMatter,
)
from trainer.library.recognition.soil_properties import ORGANIC_CARBON
from trainer.library.spectral_library import SpectralLibrary

LICENCE = "CC BY-SA 4.0"
LIMESODA_GRID = WavelengthGrid(first=420.0, step=10.0, bands=204)
"""420 to 2450 nm: what all full-range sets cover, without their noisy ends."""

PERCENT = 100.0
BAND_PREFIX = "wl_"


@dataclass(frozen=True)
class SoilSet:
    """What one LimeSoDa set measured, and how.

    Attributes:
        source: Its name in LimeSoDa.
        column: The column of organic carbon (SOC) or organic matter (SOM).
        unit: The unit of that column.
        protocol: How the laboratory found it.
        scanned: The spectrometer, and whether soils were dried or in place.
        survey: What it shares with another set, if it does.
    """

    source: str
    column: Literal["SOC_target", "SOM_target"]
    unit: Literal["%", "g/dm3"]
    protocol: str
    scanned: str
    survey: str | None = None

    @property
    def farm(self) -> str:
        """The farm's name in addresses and libraries."""
        return self.source.lower().replace(".", "-")


_HAMAMATSU = "Hamamatsu C11118GA, in place, kriged"
_VERIS = "Veris MSP3 spectrometers, dried"
_ONE_SURVEY = "ssp-58 with mg-44"

SETS = (
    SoilSet("SSP.460", "SOC_target", "%", "Walkley-Black", "GER IRIS Mk IV, dried"),
    SoilSet("SP.231", "SOM_target", "%", "loss on ignition", "SAS3000, in place"),
    SoilSet(
        "SL.125", "SOM_target", "%", "loss on ignition, clay corrected", "ASD, dried"
    ),
    SoilSet(
        "UL.120", "SOM_target", "%", "loss on ignition, clay corrected", "ASD, dried"
    ),
    SoilSet("SA.112", "SOC_target", "%", "dry combustion", _HAMAMATSU),
    SoilSet("CV.98", "SOC_target", "%", "Walkley-Black", "PSR+3500, in place"),
    SoilSet("SC.93", "SOC_target", "%", "wet oxidation", "ASD FieldSpec 4, dried"),
    SoilSet("RP.62", "SOC_target", "%", "dry combustion", _HAMAMATSU),
    SoilSet("SSP.58", "SOC_target", "g/dm3", "Walkley-Black", _VERIS, _ONE_SURVEY),
    SoilSet("MG.44", "SOC_target", "g/dm3", "Walkley-Black", _VERIS, _ONE_SURVEY),
)


@dataclass(frozen=True, eq=False)
class FarmScans:
    """The soils of one farm as its own instrument saw them.

    Attributes:
        soil_set: Where they come from.
        soils: One id a soil.
        wavelengths_nm: The instrument's bands.
        spectra: Reflectance as a fraction.
        carbon: Organic carbon in weight percent; NaN where it was not read as such.
        measured: What the set's own column says, in the set's own unit.
    """

    soil_set: SoilSet
    soils: tuple[str, ...]
    wavelengths_nm: NDArray[np.float64]
    spectra: NDArray[np.float32]
    carbon: NDArray[np.float64]
    measured: NDArray[np.float64]


def soil_set_of(farm: str) -> SoilSet:
    """Return the set that is called `farm`, or refuse the name."""
    for soil_set in SETS:
        if soil_set.farm == farm:
            return soil_set
    known = ", ".join(one.farm for one in SETS)
    raise LibraryError(f"expected one of the farms {known}, found {farm!r}")


def read_farm(farm: str, organic_matter: OrganicMatter = "leave-out") -> FarmScans:
    """Read one farm on its instrument's own axis, with carbon in weight percent."""
    soil_set = soil_set_of(farm)
    return _read(soil_set, _carbon_divisor(soil_set, organic_matter))


def read_as_measured(farm: str) -> FarmScans:
    """Read any farm, whatever it measured, without taking it for carbon."""
    return _read(soil_set_of(farm), np.nan)


def _read(soil_set: SoilSet, carbon_divisor: float) -> FarmScans:
    from LimeSoDa import load_dataset  # noqa: PLC0415 - loads pandas, half a second

    table = load_dataset(soil_set.source)["Dataset"]
    # Some sets list altitude, resistivity or vegetation indices between the bands.
    bands = [name for name in table.columns if str(name).startswith(BAND_PREFIX)]
    measured = table[soil_set.column].to_numpy(np.float64)
    return FarmScans(
        soil_set=soil_set,
        soils=tuple(f"{soil_set.farm}.{row}" for row in table.index),
        wavelengths_nm=np.array([float(name[len(BAND_PREFIX) :]) for name in bands]),
        spectra=(table[bands].to_numpy(np.float64) / PERCENT).astype(np.float32),
        carbon=measured / carbon_divisor,
        measured=measured,
    )


def limesoda_library(
    farms: Iterable[str],
    grid: WavelengthGrid = LIMESODA_GRID,
    organic_matter: OrganicMatter = "leave-out",
) -> SpectralLibrary:
    """Return the named farms as one library on `grid`."""
    scans = [read_farm(farm, organic_matter) for farm in farms]
    return SpectralLibrary(
        name="LimeSoDa",
        licence=LICENCE,
        grid=grid,
        targets=(ORGANIC_CARBON,),
        soils=tuple(soil for farm in scans for soil in farm.soils),
        farms=tuple(farm.soil_set.farm for farm in scans for _ in farm.soils),
        spectra=np.concatenate([on_grid(farm, grid) for farm in scans]),
        values=np.concatenate([farm.carbon for farm in scans])[:, np.newaxis],
        remarks=tuple(remark_on(farm.soil_set) for farm in scans),
    )


def usable_farms(
    grid: WavelengthGrid = LIMESODA_GRID, organic_matter: OrganicMatter = "leave-out"
) -> tuple[str, ...]:
    """Return the farms that reach over `grid` and measured what can be compared."""
    return tuple(
        one.farm
        for one in SETS
        if _is_comparable(one, organic_matter) and reaches(one.farm, grid)
    )


def _is_comparable(soil_set: SoilSet, organic_matter: OrganicMatter) -> bool:
    carbon = soil_set.column == "SOC_target"
    return soil_set.unit == "%" and (carbon or organic_matter == "convert")


def _carbon_divisor(soil_set: SoilSet, organic_matter: OrganicMatter) -> float:
    if soil_set.unit != "%":
        raise LibraryError(
            f"expected carbon in weight percent, found {soil_set.source} in "
            f"{soil_set.unit}; that needs a bulk density, leave the set out"
        )
    if soil_set.column == "SOC_target":
        return 1.0
    if organic_matter == "leave-out":
        raise LibraryError(
            f"expected organic carbon, found organic matter in {soil_set.source}; "
            f"say `convert` to divide it by {MATTER_PER_CARBON}, or leave the set out"
        )
    return MATTER_PER_CARBON


def remark_on(soil_set: SoilSet) -> str:
    """Return what the library must say of a farm; nothing is converted silently."""
    carbon = (
        "carbon"
        if soil_set.column == "SOC_target"
        else f"carbon is organic matter divided by {MATTER_PER_CARBON},"
    )
    return (
        f"{soil_set.farm}: {carbon} by {soil_set.protocol}; scanned with "
        f"{soil_set.scanned}"
    )


def reaches(farm: str, grid: WavelengthGrid) -> bool:
    """Say whether a farm was scanned over all of `grid`."""
    axis = read_as_measured(farm).wavelengths_nm
    return bool(axis[0] <= grid.first and axis[-1] >= grid.last)


def on_grid(scans: FarmScans, grid: WavelengthGrid) -> NDArray[np.float32]:
    """Return the scans on `grid`, or refuse a farm that does not reach over it."""
    axis = scans.wavelengths_nm
    if axis[0] > grid.first or axis[-1] < grid.last:
        raise LibraryError(
            f"expected scans over {grid.first:g} to {grid.last:g} nm, found "
            f"{scans.soil_set.farm} over {axis[0]:g} to {axis[-1]:g} nm; choose "
            "another grid or leave the farm out"
        )
    return resample_rows(axis, scans.spectra, grid)
