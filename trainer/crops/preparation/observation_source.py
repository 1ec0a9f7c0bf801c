"""Observations as they were found: which files and columns, and in which units."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from protocols.season_grid import SeasonGrid
from trainer.crops.preparation.channel_units import RecognisedUnits, recognise_units
from trainer.crops.preparation.observation_columns import (
    ObservationColumns,
    recognise_columns,
)
from trainer.crops.preparation.observation_files import (
    ObservationFiles,
    check_files,
    find_observations,
)
from trainer.crops.preparation.observation_table import observation_rows
from trainer.crops.preparation.preparation_order import PreparationOrder, Season
from trainer.crops.preparation.query_engine import QueryEngine
from trainer.errors import LibraryError

MOST_DAYS = 366


@dataclass(frozen=True, eq=False)
class ObservationSource:
    """What was found.

    Attributes:
        files: All of them.
        columns: Which column is what.
        units: How channels become units.
        findings: What was recognised, and why.
    """

    files: ObservationFiles
    columns: ObservationColumns
    units: RecognisedUnits
    findings: tuple[str, ...]

    @property
    def channel_names(self) -> tuple[str, ...]:
        """The channels, in the order of the arrays."""
        return tuple(one.name for one in self.columns.channels)

    def grid(self, season: Season) -> SeasonGrid:
        """Return the season grid of what is prepared."""
        if season.bucket_days * season.steps > MOST_DAYS:
            raise LibraryError(
                f"expected a season of at most {MOST_DAYS} days, found "
                f"{season.steps} buckets of {season.bucket_days}; take fewer"
            )
        return SeasonGrid(
            first_day=season.first_day,
            bucket_days=season.bucket_days,
            steps=season.steps,
            channels=tuple(one.channel for one in self.columns.channels),
        )


def open_source(order: PreparationOrder, engine: QueryEngine) -> ObservationSource:
    """Look at the observations and recognise them, or refuse."""
    files = find_observations(order.observations)
    columns = recognise_columns(check_files(files))
    earliest, latest = _span(files, columns, engine)
    sample = files.first_rows([one.column for one in columns.channels])
    units = recognise_units(sample, columns.channels, latest, order.units)
    findings = (
        f"recognised channels: {', '.join(one.name for one in columns.channels)}",
        f"recognised dates: {earliest:%Y-%m-%d} to {latest:%Y-%m-%d}",
        *units.findings,
        *_lacking(columns),
    )
    return ObservationSource(files, columns, units, findings)


def _span(
    files: ObservationFiles, columns: ObservationColumns, engine: QueryEngine
) -> tuple[date, date]:
    rows = observation_rows(engine.observations(files), columns)
    span = rows.aggregate(earliest=rows.date.min(), latest=rows.date.max())
    found = pa.Table.from_batches(engine.batches(span)).to_pylist()[0]
    if found["latest"] is None:
        raise LibraryError(
            f"expected observations with dates at {files.root}, found none; check the "
            f"column {columns.date}"
        )
    return found["earliest"], found["latest"]


def _lacking(columns: ObservationColumns) -> list[str]:
    """Say which filters have nothing to go by."""
    told = {
        "scene classes": columns.scene_class,
        "cloud probabilities": columns.cloud,
        "boxes, so places share one by tenths of a degree": columns.box,
        "fields": columns.field,
    }
    return [f"found no {what}" for what, column in told.items() if column is None]
