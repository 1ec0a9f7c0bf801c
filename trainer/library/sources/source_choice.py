"""Which reader a source needs: LimeSoDa by name, a table, or a folder of scans."""

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from protocols.wavelength_grid import WavelengthGrid
from trainer.errors import LibraryError
from trainer.library.limesoda import LIMESODA_GRID
from trainer.library.sources.column_map import for_laboratory, for_scans
from trainer.library.sources.laboratory_table import (
    NO_LABORATORY,
    read_laboratory_table,
)
from trainer.library.sources.limesoda_source import NAME, LimeSodaSource
from trainer.library.sources.reading_order import ReadingOrder
from trainer.library.sources.scan_folder import scan_folder
from trainer.library.sources.soil_source import SoilSource
from trainer.library.sources.table_source import table_source


@dataclass(frozen=True)
class SourceOrder:
    """Everything that a user says of a source.

    Attributes:
        reading: How its columns are read.
        laboratory: The table of what the laboratory found, beside the scans.
        sample_pattern: Where in a file's name the sample id is.
        without: LimeSoDa's fields to leave out.
        grid: The bands that the library has or shall have.
    """

    reading: ReadingOrder = field(default_factory=ReadingOrder)
    laboratory: Path | None = None
    sample_pattern: str | None = None
    without: tuple[str, ...] = ()
    grid: WavelengthGrid | None = None


def open_source(source: str, order: SourceOrder) -> SoilSource:
    """Return the source, recognised, or refuse what cannot be told."""
    if source == NAME:
        grid = order.grid or LIMESODA_GRID
        return LimeSodaSource(order.without, order.reading.organic_matter, grid)
    if order.without:
        raise LibraryError("expected --without for limesoda only; leave it out")
    path = Path(source)
    if path.is_dir():
        laboratory = (
            read_laboratory_table(order.laboratory, order.reading)
            if order.laboratory
            else NO_LABORATORY
        )
        return scan_folder(path, laboratory, order.reading, order.sample_pattern)
    if order.sample_pattern:
        raise LibraryError(
            f"expected --sample-pattern with a folder of scans, found {source}, which "
            "is none"
        )
    return _table(path, order)


def _table(path: Path, order: SourceOrder) -> SoilSource:
    reading = order.reading
    if order.laboratory is None:
        return table_source(path, reading)
    scans, analysed = (
        msgspec.structs.replace(reading, column_map=part(reading.column_map))
        for part in (for_scans, for_laboratory)
    )
    return table_source(path, scans, read_laboratory_table(order.laboratory, analysed))
