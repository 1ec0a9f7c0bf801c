"""Knowledge of a library as one file, for whoever may not have the library itself.

A NumPy archive of plain arrays, and among them a record in JSON. Nothing in it runs,
and no soil is in it: knowledge that carries soils is refused. How far what is trusted
is a matter of the release that reads it.
"""

import io
import zipfile
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid
from trainer.durable_files import write_durably
from trainer.errors import LibraryError
from trainer.localisation.knowledge.interval_trial import IntervalTrial
from trainer.localisation.knowledge.knowledge_arrays import (
    SIZES,
    arrays_of,
    distances_from,
    domain_from,
    target_from,
    widths,
)
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge
from trainer.localisation.knowledge.stored_arrays import StoredArrays
from trainer.treatments.spectral_treatments import TREATMENTS

VERSION = (2, 0)
"""A file of another major version is refused; a later minor one only adds to it."""

RECORD = "record"


class KnowledgeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in the file that is no array of numbers."""

    version: tuple[int, int]
    name: str
    licence: str
    digest: str
    remarks: tuple[str, ...]
    grid: WavelengthGrid
    treatments: tuple[str, ...]
    targets: tuple[str, ...]
    soils: int
    farms: tuple[str, ...]
    sites: tuple[str, ...]
    domain_method: str
    domain_soils: int
    figures_n: tuple[int, ...]
    trials: tuple[IntervalTrial, ...] = ()


class _Version(msgspec.Struct, frozen=True):
    version: tuple[int, int]


def save_knowledge(knowledge: LibraryKnowledge, path: Path) -> None:
    """Write knowledge that carries no soils, whole or not at all."""
    carries = [one for one in knowledge.by_target if one.sites or one.library]
    if knowledge.library is not None or carries:
        raise LibraryError(
            f"expected knowledge without soils for {path}, found soils of "
            f"{knowledge.name} in it; learn it with keeps_samples=False"
        )
    record = msgspec.json.encode(_record_of(knowledge))
    arrays = {RECORD: np.frombuffer(record, np.uint8), **arrays_of(knowledge)}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    write_durably(path, buffer.getvalue())


def load_knowledge(path: Path) -> LibraryKnowledge:
    """Read knowledge; farms come out the same as with what was saved."""
    arrays = _read(path)
    record = _record_in(path, arrays)
    sizes = {"bands": record.grid.bands, "sites": len(record.sites), **SIZES}
    stored = StoredArrays(str(path), arrays, sizes)
    scans = stored.take_single("scans", "scans", "bands")
    sizes.update(widths(scans))
    return LibraryKnowledge(
        name=record.name,
        licence=record.licence,
        digest=record.digest,
        remarks=record.remarks,
        grid=record.grid,
        targets=record.targets,
        soils=record.soils,
        farms=record.farms,
        by_target=tuple(
            target_from(stored, at, figures_n)
            for at, figures_n in enumerate(record.figures_n)
        ),
        domain=domain_from(stored, record.domain_soils, record.domain_method),
        distances=distances_from(stored, record.sites),
        scans=scans,
        trials=record.trials,
    )


def _record_of(knowledge: LibraryKnowledge) -> KnowledgeRecord:
    figures = [one.model.left_out.figures for one in knowledge.by_target]
    return KnowledgeRecord(
        version=VERSION,
        name=knowledge.name,
        licence=knowledge.licence,
        digest=knowledge.digest,
        remarks=knowledge.remarks,
        grid=knowledge.grid,
        treatments=TREATMENTS,
        targets=knowledge.targets,
        soils=knowledge.soils,
        farms=knowledge.farms,
        sites=knowledge.distances.names,
        domain_method=knowledge.domain.unlabelled.method,
        domain_soils=knowledge.domain.unlabelled.soils,
        figures_n=tuple(one.n for one in figures),
        trials=knowledge.trials,
    )


def _read(path: Path) -> dict[str, NDArray[np.generic]]:
    if not path.is_file():
        raise LibraryError(
            f"expected knowledge of a library at {path}, found no file; pretrain first"
        )
    try:
        with zipfile.ZipFile(path):
            pass  # Refuses what NumPy would take for a pickle or a single array.
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise LibraryError(
            f"expected whole knowledge of a library in {path}, found a file that "
            f"cannot be read: {error}; copy it again, or pretrain again"
        ) from error


def _record_in(path: Path, arrays: dict[str, NDArray[np.generic]]) -> KnowledgeRecord:
    told = arrays.get(RECORD, np.zeros(0, np.uint8)).tobytes()
    try:
        found, _ = msgspec.json.decode(told, type=_Version).version
        if found != VERSION[0]:
            raise LibraryError(
                f"expected knowledge of version {VERSION[0]} in {path}, found version "
                f"{found}; pretrain again with this release"
            )
        record = msgspec.json.decode(told, type=KnowledgeRecord)
    except msgspec.MsgspecError as error:
        raise LibraryError(
            f"expected a record of a library's knowledge in {path}, found: {error}; "
            "pretrain again"
        ) from error
    if record.treatments != TREATMENTS or len(record.figures_n) != len(record.targets):
        raise LibraryError(
            f"expected treatments {', '.join(TREATMENTS)} in {path}, and figures of "
            f"{len(record.targets)} targets, found {', '.join(record.treatments)} and "
            f"{len(record.figures_n)}; pretrain again with this release"
        )
    return record
