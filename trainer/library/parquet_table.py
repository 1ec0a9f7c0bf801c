"""A small library on disk: one Parquet table with OSSL column names.

Large or growing ones are folders, see `storage`; `read_library` takes either. Any tool
reads the table; what the columns cannot say (grid, name, licence, remarks) lies in
the file's own metadata, under one key and with a version.
"""

from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid
from trainer.durable_files import write_durably
from trainer.errors import LibraryError
from trainer.library.ossl_columns import FARM, SAMPLE, spectral_column
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.storage.library_folder import read_library_folder

METADATA_KEY = b"terroir.library"


class _Description(msgspec.Struct, frozen=True, kw_only=True):
    format: Literal["1"] = "1"
    name: str
    licence: str
    grid: WavelengthGrid
    targets: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def write_library(library: SpectralLibrary, path: Path) -> None:
    """Write the library to `path`, whole or not at all."""
    description = _Description(
        name=library.name,
        licence=library.licence,
        grid=library.grid,
        targets=library.targets,
        remarks=library.remarks,
    )
    columns = {SAMPLE: list(library.soils), FARM: list(library.farms)}
    names = [*library.targets, *_spectral_columns(library.grid)]
    numbers = [*library.values.T, *library.spectra.T]
    table = pa.table(columns | dict(zip(names, map(pa.array, numbers), strict=True)))
    metadata = {METADATA_KEY: msgspec.json.encode(description)}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
    write_durably(path, sink.getvalue().to_pybytes())


def read_library(path: Path) -> SpectralLibrary:
    """Read a library that `write_library` wrote, or a library folder."""
    if path.is_dir():
        return read_library_folder(path)
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise LibraryError(
            f"expected a library at {path}, found none ({error}); make one "
            "with `terroir library import`"
        ) from error
    description = _description_of(table, path)
    names = _spectral_columns(description.grid)
    _check_columns(table, (SAMPLE, FARM, *description.targets, *names), path)
    return SpectralLibrary(
        name=description.name,
        licence=description.licence,
        grid=description.grid,
        targets=description.targets,
        soils=tuple(table[SAMPLE].to_pylist()),
        farms=tuple(table[FARM].to_pylist()),
        spectra=_matrix(table, names).astype(np.float32),
        values=_matrix(table, list(description.targets)),
        remarks=description.remarks,
    )


def _spectral_columns(grid: WavelengthGrid) -> list[str]:
    return [spectral_column(position, grid.unit) for position in grid.positions()]


def _description_of(table: pa.Table, path: Path) -> _Description:
    found = (table.schema.metadata or {}).get(METADATA_KEY)
    if found is None:
        raise LibraryError(
            f"expected a library with its description, found a bare table at {path}; "
            "import it with `terroir library import`"
        )
    try:
        return msgspec.json.decode(found, type=_Description)
    except msgspec.MsgspecError as error:
        raise LibraryError(
            f"expected a description of library format 1 in {path}: {error}"
        ) from error


def _check_columns(table: pa.Table, expected: tuple[str, ...], path: Path) -> None:
    missing = [name for name in expected if name not in table.column_names]
    if missing:
        raise LibraryError(
            f"expected the columns of its grid in {path}, found {missing[0]} missing "
            f"and {len(missing) - 1} more; import the library anew"
        )


def _matrix(table: pa.Table, names: list[str]) -> NDArray[np.float64]:
    columns = [table[name].to_numpy() for name in names]
    return np.stack(columns, axis=1).astype(np.float64)
