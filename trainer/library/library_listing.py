"""A library in words and numbers: as data for programs, as tables for people."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from protocols.units import unit_of
from trainer.library.library_summary import summarise, telling_lines
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.storage.library_manifest import (
    LibraryManifest,
    RepeatedScans,
    SourceRecord,
    read_manifest,
)


def manifest_of(path: Path) -> LibraryManifest | None:
    """Return a library folder's manifest; a single file has none."""
    return read_manifest(path) if path.is_dir() else None


def as_data(
    library: SpectralLibrary, manifest: LibraryManifest | None
) -> dict[str, object]:
    """Return what is inside, for programs."""
    grid = library.grid
    found: dict[str, object] = {
        "name": library.name,
        "licence": library.licence,
        "digest": library.digest,
        "soils": len(library.soils),
        "groups": len(set(library.groups)),
        "grid": {"first": grid.first, "last": grid.last}
        | {"step": grid.step, "unit": grid.unit},
        "remarks": list(library.remarks),
        "farms": [asdict(line) for line in summarise(library)],
    }
    if manifest:
        found["sources"] = msgspec.to_builtins(manifest.sources)
        found["repeated"] = msgspec.to_builtins(manifest.repeated)
    return found


def print_library(
    console: Console, library: SpectralLibrary, manifest: LibraryManifest | None
) -> None:
    """Print what is inside, for people."""
    console.print(_farm_table(library))
    if manifest:
        console.print(_source_table(manifest))
    for line in (*library.remarks, *_told(manifest)):
        console.print(f"* {line}", highlight=False)


def skipped_lines(source: SourceRecord) -> Iterator[str]:
    """Say which rows of a source are not in the library."""
    for one in source.skipped:
        examples = ", ".join(one.examples)
        yield f"{one.soils} rows of {source.name} left out: {one.reason} ({examples})"


def repeated_line(found: RepeatedScans | None) -> str:
    """Say what was found of repeated scans."""
    if found is None or not found.groups:
        return "no repeated scans"
    return (
        f"{found.soils} scans are of {found.groups} soils scanned more than once "
        f"({found.across_sources} in more than one source, at most {found.largest} "
        "scans of one); a split keeps them together"
    )


def _told(manifest: LibraryManifest | None) -> Iterator[str]:
    if manifest:
        for source in manifest.sources:
            yield from skipped_lines(source)
        yield repeated_line(manifest.repeated)


def _farm_table(library: SpectralLibrary) -> Table:
    grid = library.grid
    table = Table(
        title=f"{library.name}, {library.licence}, {len(library.soils)} soils",
        caption=f"{grid.first:g} to {grid.last:g} {grid.unit}, step {grid.step:g}; "
        f"sha256 {library.digest[:16]}",
    )
    for heading in ("farm", "property", "unit"):
        table.add_column(heading, overflow="fold")
    for heading in ("soils", "analysed", "mean", "least", "most"):
        table.add_column(heading, justify="right")
    for line in telling_lines(library):
        numbers = (f"{one:.2f}" for one in (line.mean, line.least, line.most))
        counts = (str(line.soils), str(line.analysed))
        shown = numbers if line.analysed else ("", "", "")
        table.add_row(line.farm, line.target, unit_of(line.target), *counts, *shown)
    return table


def _source_table(manifest: LibraryManifest) -> Table:
    table = Table(title="sources")
    for heading in ("source", "licence", "soils", "sha256"):
        table.add_column(heading)
    for one in manifest.sources:
        table.add_row(one.name, one.licence, str(one.soils), one.digest[:16])
    return table
