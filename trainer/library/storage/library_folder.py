"""A library folder read back: soils into memory, spectra mapped from the disk."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from trainer.durable_files import write_durably
from trainer.errors import LibraryError
from trainer.library.ossl_columns import SAMPLE
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.storage.library_manifest import LibraryManifest, read_manifest
from trainer.library.storage.library_part import GROUP, PartSoils, read_part
from trainer.library.storage.spectra_file import map_spectra


def read_library_folder(folder: Path) -> SpectralLibrary:
    """Read a library whose imports are all complete."""
    manifest = read_manifest(folder)
    open_imports = [one.name for one in manifest.sources if not one.is_complete]
    if open_imports or manifest.groups_file is None:
        raise LibraryError(
            f"expected a finished library at {folder}, found the import of "
            f"{', '.join(open_imports) or 'nothing'} not complete; run the same "
            "`terroir library import` again, it goes on where it stopped"
        )
    soils = read_soils(folder, manifest)
    return SpectralLibrary(
        name=manifest.name,
        licence=manifest.licence,
        grid=manifest.grid,
        targets=soils.targets,
        soils=soils.soils,
        farms=soils.farms,
        spectra=map_spectra(folder, manifest.soils, manifest.grid.bands),
        values=soils.values,
        remarks=manifest.remarks,
        groups=_read_groups(folder / manifest.groups_file, soils.soils),
        places=soils.places if np.isfinite(soils.places).any() else None,
    )


def read_soils(folder: Path, manifest: LibraryManifest) -> PartSoils:
    """Return the soils of all parts as one."""
    targets = tuple(target.name for target in manifest.targets)
    parts = [read_part(folder / one.file, targets) for one in manifest.parts]
    return PartSoils(
        soils=tuple(soil for part in parts for soil in part.soils),
        farms=tuple(farm for part in parts for farm in part.farms),
        groups=tuple(group for part in parts for group in part.groups),
        places=_stacked([part.places for part in parts], 2),
        values=_stacked([part.values for part in parts], len(targets)),
        targets=targets,
    )


def write_groups(path: Path, soils: tuple[str, ...], groups: tuple[str, ...]) -> None:
    """Write which soils belong together."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({SAMPLE: soils, GROUP: groups}), sink, compression="zstd")
    write_durably(path, sink.getvalue())


def _read_groups(path: Path, soils: tuple[str, ...]) -> tuple[str, ...]:
    try:
        table = pq.read_table(path)
        listed, groups = (table[name].to_pylist() for name in (SAMPLE, GROUP))
    except (OSError, KeyError, pa.ArrowException) as error:
        raise LibraryError(
            f"expected the groups of the library at {path}: {error}"
        ) from error
    if tuple(listed) != soils:
        raise LibraryError(
            f"expected the groups of {len(soils)} soils at {path}, found those of "
            f"{len(listed)} others; import the library anew"
        )
    return tuple(groups)


def _stacked(parts: list[NDArray[np.float64]], columns: int) -> NDArray[np.float64]:
    return np.concatenate([np.empty((0, columns)), *parts])
