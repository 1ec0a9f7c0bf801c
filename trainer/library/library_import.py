"""Bring a source into a library folder, batch by batch, and go on after a stop.

Each batch becomes a Parquet part and rows of the spectra file; then the manifest that
counts it is switched in. Whatever stops the import stops it between two manifests: the
same import run again reads past the batches that are there and goes on. A source that
is there already, by its digest, is not imported twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from protocols.units import unit_of
from protocols.wavelength_grid import WavelengthGrid
from trainer.errors import LibraryError
from trainer.library.batch_judgement import JudgedBatch, SoilNames, add_skipped, judge
from trainer.library.soil_groups import group_soils
from trainer.library.sources.soil_source import SoilBatch, SoilSource, SourceDescription
from trainer.library.storage.library_folder import read_soils, write_groups
from trainer.library.storage.library_manifest import (
    MANIFEST_FILE,
    LibraryManifest,
    Part,
    SourceRecord,
    Target,
    read_manifest,
    write_manifest,
)
from trainer.library.storage.library_part import PartSoils, write_part
from trainer.library.storage.spectra_file import append_spectra, map_spectra

Progress = Callable[[int], None]
"""Called with the number of rows that have been read since the last call."""


@dataclass(frozen=True)
class ImportOrder:
    """What a new library shall be; an existing one keeps what it is.

    Attributes:
        name: What people call it.
        grid: Its bands; the first source's own if left out.
    """

    name: str
    grid: WavelengthGrid | None = None


def import_source(
    folder: Path, source: SoilSource, order: ImportOrder, progress: Progress
) -> LibraryManifest:
    """Import what is not there yet, then look for repeated scans in all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    described = source.description
    manifest = _with_source(_opened(folder, source, order), described)
    record = _record_of(manifest, described)
    if record.is_complete:
        return manifest
    write_manifest(folder, manifest)
    names = SoilNames(described.name)
    for number, batch in enumerate(source.batches(manifest.grid)):
        ids = names.name(batch.soils)  # counted on a second run too
        if number >= record.batches:
            judged = judge(batch, ids, described.name)
            manifest = _with_batch(folder, manifest, described, (batch, judged))
        progress(len(batch.soils))
    return _finished(folder, manifest, described)


def _opened(folder: Path, source: SoilSource, order: ImportOrder) -> LibraryManifest:
    if not (folder / MANIFEST_FILE).exists():
        if any(folder.iterdir()):
            raise LibraryError(
                f"expected a library or an empty folder at {folder}, found other "
                "files; choose another folder"
            )
        grid = order.grid or source.own_grid()
        return LibraryManifest(name=order.name, grid=grid)
    manifest = read_manifest(folder)
    if order.grid not in (None, manifest.grid):
        raise LibraryError(
            f"expected the grid of the library, {manifest.grid}, found {order.grid}; "
            "leave it out, or import into another folder"
        )
    return manifest


def _with_source(
    manifest: LibraryManifest, described: SourceDescription
) -> LibraryManifest:
    if any(one.digest == described.digest for one in manifest.sources):
        return manifest
    _check_new(manifest, described)
    record = SourceRecord(
        name=described.name,
        digest=described.digest,
        licence=described.licence,
        findings=described.findings,
        remarks=described.remarks,
    )
    known = {target.name for target in manifest.targets}
    new = [Target(one, unit_of(one)) for one in described.targets if one not in known]
    return msgspec.structs.replace(
        manifest,
        sources=(*manifest.sources, record),
        targets=(*manifest.targets, *new),
        groups_file=None,
    )


def _check_new(manifest: LibraryManifest, described: SourceDescription) -> None:
    for one in manifest.sources:
        if not one.is_complete:
            raise LibraryError(
                f"expected the import of {one.name} to be finished first, found it "
                f"stopped after {one.soils} soils; run it again"
            )
        if one.name == described.name:
            raise LibraryError(
                f"expected a name that no other import has, found {one.name!r} again "
                "with other content; choose one with --name"
            )


def _record_of(manifest: LibraryManifest, described: SourceDescription) -> SourceRecord:
    return next(one for one in manifest.sources if one.digest == described.digest)


def _with_record(manifest: LibraryManifest, record: SourceRecord) -> LibraryManifest:
    sources = tuple(
        record if one.digest == record.digest else one for one in manifest.sources
    )
    return msgspec.structs.replace(manifest, sources=sources)


def _with_batch(
    folder: Path,
    manifest: LibraryManifest,
    described: SourceDescription,
    taken: tuple[SoilBatch, JudgedBatch],
) -> LibraryManifest:
    """Write one batch and switch to the manifest that counts it."""
    batch, judged = taken
    record, count = _record_of(manifest, described), len(judged.soils)
    if count:
        name = f"soils-{len(manifest.parts):05d}.parquet"
        spectra = batch.spectra[judged.kept]
        part = _part_of(batch, judged, described.targets)
        write_part(folder / name, part, spectra, manifest.grid)
        append_spectra(folder, spectra, manifest.soils)
        parts = (*manifest.parts, Part(name, count))
        manifest = msgspec.structs.replace(
            manifest, parts=parts, soils=manifest.soils + count
        )
    record = msgspec.structs.replace(
        record,
        batches=record.batches + 1,
        soils=record.soils + count,
        skipped=add_skipped(record.skipped, judged.skipped),
    )
    manifest = _with_record(manifest, record)
    write_manifest(folder, manifest)
    return manifest


def _part_of(
    batch: SoilBatch, judged: JudgedBatch, targets: tuple[str, ...]
) -> PartSoils:
    return PartSoils(
        soils=judged.soils,
        farms=tuple(batch.farms[row] for row in judged.kept),
        groups=judged.groups,
        places=batch.places[judged.kept],
        values=batch.values[judged.kept],
        targets=targets,
    )


def _finished(
    folder: Path, manifest: LibraryManifest, described: SourceDescription
) -> LibraryManifest:
    """Group the soils of all sources anew and close the import."""
    record = msgspec.structs.replace(_record_of(manifest, described), is_complete=True)
    manifest = _with_record(manifest, record)
    soils = read_soils(folder, manifest)
    spectra = map_spectra(folder, manifest.soils, manifest.grid.bands)
    sources = [one.name for one in manifest.sources for _ in range(one.soils)]
    found = group_soils(spectra, soils.groups, sources)
    name = f"groups-{len(manifest.sources):05d}.parquet"
    write_groups(folder / name, soils.soils, found.groups)
    manifest = msgspec.structs.replace(
        manifest, groups_file=name, repeated=found.repeated
    )
    write_manifest(folder, manifest)
    return manifest
