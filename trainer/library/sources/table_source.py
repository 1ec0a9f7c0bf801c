"""A table with one scan a row: OSSL, LUCAS, or any CSV or Parquet with a map."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from protocols.instrument_files.instrument_scan import Quantity
from protocols.instrument_files.reflectance import as_fraction
from protocols.wavelength_grid import WavelengthGrid, resample_rows
from trainer.errors import LibraryError
from trainer.library.recognition.finding import Finding
from trainer.library.recognition.quantity import recognise_quantity
from trainer.library.recognition.spectral_axis import SpectralAxis, recognise_axis
from trainer.library.sources.laboratory import Laboratory, recognise_laboratory
from trainer.library.sources.laboratory_table import NO_LABORATORY, LaboratoryTable
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
from trainer.library.sources.table_columns import (
    TableColumns,
    places_of,
    recognise_columns,
)
from trainer.library.sources.table_file import (
    TableFile,
    Wanted,
    digest_of,
    numbers_of,
    open_table,
    texts_of,
)


@dataclass(frozen=True, eq=False)
class TableSource:
    """A recognised table; make one with `table_source`."""

    file: TableFile
    columns: TableColumns
    laboratory: Laboratory
    axis: SpectralAxis
    quantity: Quantity
    description: SourceDescription
    joined: LaboratoryTable

    def own_grid(self) -> WavelengthGrid:
        """Return the even grid that is nearest to the table's own bands."""
        return self.axis.own_grid()

    def batches(self, grid: WavelengthGrid) -> Iterator[SoilBatch]:
        """Read the table in batches, on `grid`."""
        near = _bands_for(self.axis, grid)
        order = self.axis.order[near]
        spectrum = tuple(self.columns.spectrum[at] for at in order)
        for table in self.file.batches(self._wanted(spectrum), BATCH_SOILS):
            scans = numbers_of(table, spectrum).astype(np.float32)
            reflectance = as_fraction(scans, self.quantity)
            on_grid = resample_rows(self.axis.positions[near], reflectance, grid)
            yield self._batch(table, on_grid)

    def _wanted(self, spectrum: tuple[str, ...]) -> Wanted:
        columns = self.columns
        texts = (columns.sample, columns.farm, columns.group)
        numbers = (columns.latitude, columns.longitude, *self.laboratory.names)
        return Wanted(
            texts=tuple(name for name in texts if name),
            numbers=(*(name for name in numbers if name), *spectrum),
        )

    def _batch(self, table: pa.Table, spectra: NDArray[np.float32]) -> SoilBatch:
        soils = texts_of(table, self.columns.sample)
        if not all(soils):
            raise LibraryError(
                f"expected a sample id in every row of {self.description.name}, found "
                f"none in {soils.count('')} rows; leave these rows out"
            )
        named, joined = tuple(soils), self.joined
        columns, default = self.columns, self.description.name
        farms = texts_of(table, columns.farm) if columns.farm else ()
        groups = texts_of(table, columns.group) if columns.group else ()
        placed = columns.latitude and columns.longitude
        values = (self.laboratory.values(table), joined.values_of(named))
        return SoilBatch(
            soils=named,
            farms=tuple(farm or default for farm in farms)
            or joined.farms_of(named, default),
            groups=tuple(groups) or joined.groups_of(named),
            places=places_of(table, columns) if placed else joined.places_of(named),
            values=np.concatenate(values, axis=1),
            spectra=spectra,
        )


def table_source(
    path: Path, order: ReadingOrder, joined: LaboratoryTable = NO_LABORATORY
) -> TableSource:
    """Recognise what a table holds, from its header, its values and its first scans.

    What a second table says of the same samples is joined to it.
    """
    file = open_table(path)
    columns = recognise_columns(file.header, order.column_map, order.scan)
    _check_spectra(columns, path)
    laboratory = recognise_laboratory(
        file, columns, order.column_map, order.organic_matter
    )
    axis = recognise_axis(columns.positions, columns.unit)
    quantity, seen = _recognise_scans(file, columns, axis)
    description = SourceDescription(
        name=order.name or source_name(path),
        digest=reading_digest(digest_of(path) + joined.digest, order),
        licence=order.licence or UNSTATED_LICENCE,
        targets=_all_targets(laboratory, joined),
        findings=(
            *(Finding("file", file.remark, path.name), *columns.findings),
            *(axis.finding, seen, *laboratory.findings),
            *_joined_findings(file, columns, joined),
        ),
        remarks=(*laboratory.remarks, *joined.remarks),
        soils=laboratory.rows,
    )
    return TableSource(file, columns, laboratory, axis, quantity, description, joined)


def _check_spectra(columns: TableColumns, path: Path) -> None:
    if not columns.spectrum:
        raise LibraryError(
            f"expected columns of spectra in {path}, such as scan_visnir.1500_ref or "
            "1500, found none; name their pattern in a map (spectrum)"
        )


def _all_targets(laboratory: Laboratory, joined: LaboratoryTable) -> tuple[str, ...]:
    both = set(laboratory.targets) & set(joined.targets)
    if both:
        raise LibraryError(
            f"expected {min(both)} in the table or in the laboratory's, found it in "
            "both; choose the columns in a map"
        )
    return (*laboratory.targets, *joined.targets)


def _joined_findings(
    file: TableFile, columns: TableColumns, joined: LaboratoryTable
) -> tuple[Finding, ...]:
    if joined is NO_LABORATORY:
        return ()
    wanted = Wanted((columns.sample,), ())
    samples = [
        sample
        for table in file.batches(wanted, BATCH_SOILS)
        for sample in texts_of(table, columns.sample)
    ]
    return (*joined.findings, joined.joined_with(tuple(samples)))


def _recognise_scans(
    file: TableFile, columns: TableColumns, axis: SpectralAxis
) -> tuple[Quantity, Finding]:
    """Tell the quantity from the first batch that has whole scans."""
    for table in file.batches(Wanted((), columns.spectrum), BATCH_SOILS):
        scans = numbers_of(table, columns.spectrum).astype(np.float32)[:, axis.order]
        whole = scans[np.isfinite(scans).any(axis=1)]
        if len(whole):
            seen = (
                np.isfinite(whole).mean(axis=0) == np.isfinite(whole).mean(axis=0).max()
            )
            return recognise_quantity(
                whole[:, seen], axis.nanometres[seen], columns.quantity
            )
    raise LibraryError("expected at least one scan in the table, found none")


def _bands_for(axis: SpectralAxis, grid: WavelengthGrid) -> slice:
    """Return the bands that matter for `grid`; gaps beyond it cost no soil."""
    if axis.unit != grid.unit:
        raise LibraryError(
            f"expected spectra in {grid.unit}, as the library's grid is, found "
            f"{axis.unit}; import them into a library of their own"
        )
    margin = grid.step / 2
    start = int(np.searchsorted(axis.positions, grid.first - margin, side="left"))
    stop = int(np.searchsorted(axis.positions, grid.last + margin, side="right"))
    first_needed = int(np.searchsorted(axis.positions, grid.first, side="right")) - 1
    last_needed = int(np.searchsorted(axis.positions, grid.last, side="left")) + 1
    return slice(max(0, min(start, first_needed)), max(stop, last_needed))
