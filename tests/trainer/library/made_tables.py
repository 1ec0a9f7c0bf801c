"""Made tables of soils as others write them: OSSL, LUCAS, and nobody in particular."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tests.trainer.localisation.made_soils import GRID, made_scans

AXIS = GRID.positions()
Column = Sequence[str] | Sequence[float] | NDArray[np.float64]


def made_carbon(soils: int, seed: int = 3) -> NDArray[np.float64]:
    """Return organic carbon in weight percent."""
    return np.random.default_rng(seed).gamma(6, 0.35, soils)


def made_reflectance(soils: int, seed: int = 3) -> NDArray[np.float32]:
    """Return scans of the soils of `made_carbon`, as a fraction on `AXIS`."""
    return made_scans(made_carbon(soils, seed), instrument=1, seed=seed)


def ossl_columns(soils: int, seed: int = 3) -> dict[str, Column]:
    """Return an OSSL table of made soils."""
    return {
        "id.layer_uuid_txt": [f"s{seed}-{row}" for row in range(soils)],
        "dataset.code_ascii_txt": [f"SET.{row % 3}" for row in range(soils)],
        "oc_usda.c729_w.pct": made_carbon(soils, seed),
        **spectral("scan_visnir.{:g}_ref", made_reflectance(soils, seed)),
    }


def lucas_columns(soils: int) -> dict[str, Column]:
    """Return a LUCAS table: absorbance under bare wavelengths, carbon in g/kg."""
    absorbance = -np.log10(made_reflectance(soils))
    return {
        "PointID": [str(4_000_000 + row) for row in range(soils)],
        "NUTS_0": ["BE"] * soils,
        "GPS_LAT": np.linspace(50, 51, soils),
        "GPS_LONG": np.linspace(4, 5, soils),
        "OC": 10 * made_carbon(soils),
        **spectral("{:g}", absorbance),
    }


def spectral(
    pattern: str, spectra: NDArray[np.float32], axis: NDArray[np.float64] = AXIS
) -> dict[str, Column]:
    """Return one column a band."""
    return {
        pattern.format(position): band.astype(np.float64)
        for position, band in zip(axis, spectra.T, strict=True)
    }


def write_csv(path: Path, columns: Mapping[str, Column], delimiter: str = ",") -> Path:
    """Write a CSV table."""
    options = pa_csv.WriteOptions(delimiter=delimiter, quoting_style="none")
    pa_csv.write_csv(pa.table(dict(columns)), path, options)
    return path


def write_parquet(path: Path, columns: Mapping[str, Column]) -> Path:
    """Write a Parquet table."""
    pq.write_table(pa.table(dict(columns)), path)
    return path
