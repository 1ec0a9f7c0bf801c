"""Soils that a command is pointed at: an imported library, or a table as it stands.

Both are read by the same rules, so that a command asks for a path and no more. A table
keeps its own sample ids; nothing is written to disk. Who reads a large table more than
once imports it first: a library folder is mapped, a table is held in memory.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from protocols.errors import SpectrumError
from protocols.wavelength_grid import WavelengthGrid, resample_rows
from trainer.errors import LibraryError
from trainer.library.batch_judgement import SoilNames, add_skipped, judge
from trainer.library.parquet_table import METADATA_KEY, read_library
from trainer.library.soil_groups import group_soils
from trainer.library.sources.soil_source import SoilSource
from trainer.library.sources.source_choice import SourceOrder, open_source
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.storage.library_manifest import MANIFEST_FILE, Skipped

AS_IT_STANDS = SourceOrder()


def open_library(path: Path, order: SourceOrder = AS_IT_STANDS) -> SpectralLibrary:
    """Return an imported library, or the soils of a table on its own even grid."""
    if _is_library(path):
        return read_library(path)
    source = open_source(str(path), order)
    return _soils_of(source, order.grid or source.own_grid())


def open_farm_soils(
    path: Path,
    grid: WavelengthGrid,
    targets: tuple[str, ...],
    order: SourceOrder = AS_IT_STANDS,
) -> SpectralLibrary:
    """Return a farm's soils on a library's `grid` with its `targets`, in their order.

    A target that the farm has no column of is NaN throughout, and a remark says so.
    """
    try:
        if _is_library(path):
            soils = _on_grid(read_library(path), grid)
        else:
            soils = _soils_of(open_source(str(path), order), grid)
    except SpectrumError as error:
        raise LibraryError(
            f"expected {path} on the library's bands: {error}; import the library on "
            "bands that both have (terroir library import --grid)"
        ) from error
    return _with_targets(soils, targets)


def _is_library(path: Path) -> bool:
    if path.is_dir():
        return (path / MANIFEST_FILE).exists()
    if path.suffix != ".parquet" or not path.is_file():
        return False
    try:
        return METADATA_KEY in (pq.read_schema(path).metadata or {})
    except pa.ArrowException as error:
        raise LibraryError(
            f"expected a Parquet table at {path}, found another file: {error}"
        ) from error


@dataclass(frozen=True, eq=False)
class _KeptSoils:
    """The soils of one batch that are kept."""

    soils: tuple[str, ...]
    farms: tuple[str, ...]
    groups: tuple[str, ...]
    places: NDArray[np.float64]
    values: NDArray[np.float64]
    spectra: NDArray[np.float32]


def _soils_of(source: SoilSource, grid: WavelengthGrid) -> SpectralLibrary:
    described, (read, skipped) = source.description, _read(source, grid)
    remarks = tuple(map(_told, skipped))
    if not any(one.soils for one in read):
        raise LibraryError(
            f"expected soils with a whole scan in {described.name}, found none"
            + "".join(f"; {remark}" for remark in remarks)
        )
    spectra = np.concatenate([one.spectra for one in read])
    groups = [group for one in read for group in one.groups]
    places = np.concatenate([one.places for one in read])
    return SpectralLibrary(
        name=described.name,
        licence=described.licence,
        grid=grid,
        targets=described.targets,
        soils=tuple(soil for one in read for soil in one.soils),
        farms=tuple(farm for one in read for farm in one.farms),
        spectra=spectra,
        values=np.concatenate([one.values for one in read]),
        remarks=(*described.remarks, *remarks),
        groups=group_soils(spectra, groups, [described.name] * len(groups)).groups,
        places=places if np.isfinite(places).any() else None,
    )


def _read(
    source: SoilSource, grid: WavelengthGrid
) -> tuple[list[_KeptSoils], tuple[Skipped, ...]]:
    """Read what can be kept under the source's own ids, and say what cannot."""
    name, skipped, read = (
        source.description.name,
        tuple[Skipped, ...](),
        list[_KeptSoils](),
    )
    names = SoilNames(name)
    for batch in source.batches(grid):
        judged = judge(batch, names.name(batch.soils), name)
        skipped = add_skipped(skipped, judged.skipped)
        kept = judged.kept
        soils = tuple(soil.removeprefix(f"{name}:") for soil in judged.soils)
        farms = tuple(batch.farms[row] for row in kept)
        parts = (batch.places[kept], batch.values[kept], batch.spectra[kept])
        read.append(_KeptSoils(soils, farms, judged.groups, *parts))
    return read, skipped


def _told(skipped: Skipped) -> str:
    examples = ", ".join(skipped.examples)
    return f"left out {skipped.soils} of its soils, {skipped.reason}: {examples}"


def _on_grid(soils: SpectralLibrary, grid: WavelengthGrid) -> SpectralLibrary:
    if soils.grid == grid:
        return soils
    if soils.grid.unit != grid.unit:
        raise LibraryError(
            f"expected spectra in {grid.unit}, as the library's grid is, found "
            f"{soils.grid.unit}; choose a library of the same instrument range"
        )
    spectra = resample_rows(soils.grid.positions(), soils.spectra, grid)
    return replace(soils, grid=grid, spectra=spectra)


def _with_targets(soils: SpectralLibrary, targets: tuple[str, ...]) -> SpectralLibrary:
    if soils.targets == targets:
        return soils
    absent = [target for target in targets if target not in soils.targets]
    values = np.full((len(soils.soils), len(targets)), np.nan)
    for at, target in enumerate(targets):
        if target in soils.targets:
            values[:, at] = soils.values[:, soils.targets.index(target)]
    found = ", ".join(soils.targets) or "none"
    told = (
        f"no column of {target} in {soils.name}, found {found}" for target in absent
    )
    return replace(
        soils, targets=targets, values=values, remarks=(*soils.remarks, *told)
    )
