"""A folder of instrument files, joined to a laboratory table by sample id.

A file's id is its name without the ending, or what a pattern finds in that name.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from protocols.instrument_files.instrument_scan import InstrumentScan, Quantity
from protocols.instrument_files.reflectance import as_fraction
from protocols.wavelength_grid import WavelengthGrid, resample_rows
from trainer.errors import LibraryError
from trainer.library.recognition.finding import Finding
from trainer.library.recognition.quantity import recognise_quantity
from trainer.library.recognition.spectral_axis import SpectralAxis, recognise_axis
from trainer.library.sources.instrument_file import is_scan_file, read_scan
from trainer.library.sources.laboratory_table import LaboratoryTable
from trainer.library.sources.reading_order import (
    ReadingOrder,
    reading_digest,
    source_name,
)
from trainer.library.sources.soil_source import (
    BATCH_SOILS,
    UNSTATED_LICENCE,
    SoilBatch,
    SourceDescription,
)
from trainer.library.sources.table_file import digest_of


@dataclass(frozen=True, eq=False)
class ScanFolder:
    """A recognised folder; make one with `scan_folder`.

    Attributes:
        files: One scan each, by sample id, in the order of their names.
        laboratory: What is known of the samples.
        order: How it is read.
        quantity: Of the scans whose files do not say.
        grid: The bands that all scans reach over.
        description: What the source says of itself.
    """

    files: tuple[tuple[str, Path], ...]
    laboratory: LaboratoryTable
    order: ReadingOrder
    quantity: Quantity | None
    grid: WavelengthGrid
    description: SourceDescription

    def own_grid(self) -> WavelengthGrid:
        """Return the first scan's grid, as far as all scans reach."""
        return self.grid

    def batches(self, grid: WavelengthGrid) -> Iterator[SoilBatch]:
        """Read the files in batches, on `grid`."""
        for start in range(0, len(self.files), BATCH_SOILS):
            files = self.files[start : start + BATCH_SOILS]
            samples = tuple(sample for sample, _ in files)
            scans = [self._on_grid(path, grid) for _, path in files]
            known = self.laboratory
            yield SoilBatch(
                soils=samples,
                farms=known.farms_of(samples, self.description.name),
                groups=known.groups_of(samples),
                places=known.places_of(samples),
                values=known.values_of(samples),
                spectra=np.stack(scans),
            )

    def _on_grid(self, path: Path, grid: WavelengthGrid) -> NDArray[np.float32]:
        scan, axis = read_with_axis(path, self.order)
        quantity = self.order.column_map.quantity or scan.quantity or self.quantity
        if quantity is None or axis.unit != grid.unit:
            raise LibraryError(
                f"expected a scan in {grid.unit} of a known quantity in {path.name}, "
                f"found {quantity} in {axis.unit}; state quantity and axis_unit in a "
                "map"
            )
        values = as_fraction(scan.values[axis.order][np.newaxis], quantity)
        return resample_rows(axis.positions, values, grid).reshape(grid.bands)


def read_with_axis(
    path: Path, order: ReadingOrder
) -> tuple[InstrumentScan, SpectralAxis]:
    """Read a scan and tell its axis; a refusal names the file."""
    scan = read_scan(path)
    try:
        axis = recognise_axis(scan.positions, order.column_map.axis_unit or scan.unit)
    except LibraryError as error:
        raise LibraryError(f"{path.name}: {error}") from error
    return scan, axis


def scan_folder(
    folder: Path, laboratory: LaboratoryTable, order: ReadingOrder, pattern: str | None
) -> ScanFolder:
    """Read every file once to tell what it holds, and refuse what is not understood."""
    files = _files_by_sample(folder, pattern)
    scans = [read_with_axis(path, order) for _, path in files]
    quantity, told = _quantity_of_the_silent(scans, order)
    samples = tuple(sample for sample, _ in files)
    digests = [laboratory.digest, pattern or "", *(digest_of(one) for _, one in files)]
    description = SourceDescription(
        name=order.name or source_name(folder),
        digest=reading_digest(
            hashlib.sha256("\0".join((*samples, *digests)).encode()).hexdigest(), order
        ),
        licence=order.licence or UNSTATED_LICENCE,
        targets=laboratory.targets,
        findings=(
            *_counted(scans),
            *told,
            *laboratory.findings,
            laboratory.joined_with(samples),
        ),
        remarks=laboratory.remarks,
        soils=len(files),
    )
    grid = _shared_grid([axis for _, axis in scans])
    return ScanFolder(files, laboratory, order, quantity, grid, description)


def _files_by_sample(folder: Path, pattern: str | None) -> tuple[tuple[str, Path], ...]:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    known = [one for one in files if is_scan_file(one)]
    if not known:
        raise LibraryError(
            f"expected scan files in {folder}, found {len(files)} files of other kinds"
        )
    return tuple((_sample_of(one, pattern), one) for one in known)


def _sample_of(path: Path, pattern: str | None) -> str:
    if pattern is None:
        return path.stem
    try:
        found = re.search(pattern, path.name)
        return found.group(1) if found else path.stem
    except (re.error, IndexError) as error:
        raise LibraryError(
            f"expected a pattern with one group that is the sample id, found "
            f"{pattern!r}: {error}"
        ) from error


def _quantity_of_the_silent(
    scans: list[tuple[InstrumentScan, SpectralAxis]], order: ReadingOrder
) -> tuple[Quantity | None, tuple[Finding, ...]]:
    """Tell the quantity of scans whose files do not, from all of them together."""
    silent = [(scan, axis) for scan, axis in scans if scan.quantity is None]
    if not silent or order.column_map.quantity:
        return order.column_map.quantity, ()
    first = silent[0][1]
    alike = [
        scan.values[axis.order]
        for scan, axis in silent
        if np.array_equal(axis.positions, first.positions)
    ]
    if len(alike) < len(silent):
        raise LibraryError(
            "expected the files that do not say their quantity on one axis, found "
            f"{len(silent) - len(alike)} of {len(silent)} on another; state `quantity` "
            "in a map"
        )
    quantity, finding = recognise_quantity(np.stack(alike), first.nanometres)
    return quantity, (finding,)


def _counted(
    scans: list[tuple[InstrumentScan, SpectralAxis]],
) -> Iterator[Finding]:
    axes = Counter(axis.finding for _, axis in scans)
    kinds = Counter((scan.quantity or "not said", scan.evidence) for scan, _ in scans)
    for finding, count in axes.items():
        yield Finding(f"axis of {count} scans", finding.verdict, finding.evidence)
    for (quantity, evidence), count in kinds.items():
        yield Finding(f"quantity of {count} scans", quantity, evidence)


def _shared_grid(axes: list[SpectralAxis]) -> WavelengthGrid:
    """Return the bands of the first axis that all axes reach over."""
    units = {axis.unit for axis in axes}
    if len(units) > 1:
        raise LibraryError(
            "expected scans in nm or in 1/cm, found both in one folder; import them "
            "apart"
        )
    grid = axes[0].own_grid()
    first = max(float(axis.positions[0]) for axis in axes)
    last = min(float(axis.positions[-1]) for axis in axes)
    inside = [one for one in grid.positions() if first <= one <= last]
    if len(inside) < 2:  # noqa: PLR2004 - the fewest bands of a grid
        raise LibraryError(
            f"expected scans that overlap, found one from {first:g} and one to {last:g}"
        )
    return WavelengthGrid(
        first=float(inside[0]), step=grid.step, bands=len(inside), unit=grid.unit
    )
