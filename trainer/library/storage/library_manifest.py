"""What a library folder says of itself, in `manifest.json`.

The manifest is the one switch: rows and parts that it does not count are not there, so
a batch is in the library exactly when the manifest that counts it has been renamed into
place. Its major version is refused if unknown; a newer minor one only adds fields.
"""

from pathlib import Path
from typing import Literal

import msgspec

from protocols.wavelength_grid import WavelengthGrid
from trainer.durable_files import write_durably
from trainer.errors import LibraryError
from trainer.library.recognition.finding import Finding

MANIFEST_FILE = "manifest.json"
MAJOR = "1"
VERSION = f"{MAJOR}.0"


class Target(msgspec.Struct, frozen=True):
    """A laboratory property and its unit."""

    name: str
    unit: str


class Part(msgspec.Struct, frozen=True):
    """One Parquet file, which is one row group of the library."""

    file: str
    soils: int


class Skipped(msgspec.Struct, frozen=True):
    """Rows of a source that are not in the library, and some of their ids."""

    reason: str
    soils: int
    examples: tuple[str, ...]


class SourceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One import.

    Attributes:
        name: What its soils' ids begin with.
        digest: The sha256 of what was read, and of how.
        licence: Under which terms.
        findings: What was recognised.
        remarks: What a reader must know.
        batches: How many are in the library.
        soils: How many are in the library.
        skipped: Rows that are not.
        is_complete: Whether nothing is left to import.
    """

    name: str
    digest: str
    licence: str
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    batches: int = 0
    soils: int = 0
    skipped: tuple[Skipped, ...] = ()
    is_complete: bool = False


class RepeatedScans(msgspec.Struct, frozen=True):
    """Scans that are, or nearly are, scans of the same soil.

    Attributes:
        soils: How many have another of their kind.
        groups: How many kinds there are.
        largest: The most soils of one kind.
        across_sources: How many kinds come from more than one import.
    """

    soils: int
    groups: int
    largest: int
    across_sources: int


class LibraryManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The whole library in short.

    Attributes:
        format: Its version, major and minor.
        name: What people call it.
        grid: The bands of every spectrum.
        quantity: What every spectrum is.
        targets: Laboratory properties, in the order of the values' columns.
        sources: One an import.
        parts: The Parquet files, in the order of the rows.
        soils: How many rows there are.
        groups_file: Which soils belong together; none until an import is complete.
        repeated: What was found of repeated scans.
    """

    format: str = VERSION
    name: str
    grid: WavelengthGrid
    quantity: Literal["reflectance as a fraction"] = "reflectance as a fraction"
    targets: tuple[Target, ...] = ()
    sources: tuple[SourceRecord, ...] = ()
    parts: tuple[Part, ...] = ()
    soils: int = 0
    groups_file: str | None = None
    repeated: RepeatedScans | None = None

    @property
    def licence(self) -> str:
        """Every source's licence, each once."""
        return "; ".join(dict.fromkeys(one.licence for one in self.sources))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Every source's remarks."""
        return tuple(
            f"{one.name}: {remark}" for one in self.sources for remark in one.remarks
        )


class _Version(msgspec.Struct):
    format: str


def read_manifest(folder: Path) -> LibraryManifest:
    """Read a folder's manifest; refuse a version that this program does not know."""
    path = folder / MANIFEST_FILE
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=_Version).format
        if version.partition(".")[0] != MAJOR:
            raise LibraryError(
                f"expected library format {MAJOR} at {path}, found {version}; read it "
                "with a newer terroir, or import its sources anew"
            )
        return msgspec.json.decode(data, type=LibraryManifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise LibraryError(
            f"expected a library's manifest at {path}, found none ({error}); make one "
            "with `terroir library import`"
        ) from error


def write_manifest(folder: Path, manifest: LibraryManifest) -> None:
    """Switch the folder to `manifest`, whole or not at all."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    write_durably(folder / MANIFEST_FILE, data + b"\n")
