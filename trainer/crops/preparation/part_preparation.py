"""Prepare one part: judge its places, choose what stands for each bucket, write rows.

Only the part's places are in memory. Series are written through mapped files, batch by
batch, wherever their rows lie.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from trainer.crops.preparation.observation_files import (
    ObservationFile,
    ObservationFiles,
)
from trainer.crops.preparation.observation_filters import (
    observation_filters,
    with_reason,
)
from trainer.crops.preparation.observation_source import ObservationSource
from trainer.crops.preparation.observation_table import (
    Table,
    in_season,
    observation_rows,
)
from trainer.crops.preparation.place_judgement import (
    JudgedPlaces,
    PlaceJudge,
    write_batches,
)
from trainer.crops.preparation.place_table import places_of
from trainer.crops.preparation.season_series import season_series
from trainer.crops.series.series_folder import FilterCount, SeriesArrays


@dataclass(frozen=True, eq=False)
class PartPlan:
    """What is the same for all parts.

    Attributes:
        source: The observations.
        judge: Who judges places; knows engine and order.
        arrays: Where series go.
    """

    source: ObservationSource
    judge: PlaceJudge
    arrays: SeriesArrays


@dataclass(frozen=True, eq=False)
class PreparedPart:
    """What came of a part.

    Attributes:
        places: Those that are kept, in the order of their rows.
        counts: What each filter left out.
    """

    places: pa.Table
    counts: tuple[FilterCount, ...]


def prepare_part(
    plan: PartPlan, files: tuple[ObservationFile, ...], start: int, work: Path
) -> PreparedPart:
    """Write the series of some files after the first `start` rows."""
    order, engine, source = plan.judge.order, plan.judge.engine, plan.source
    some = ObservationFiles(source.files.root, source.files.filesystem, files)
    rows = in_season(
        observation_rows(engine.observations(some), source.columns), order.season
    )
    filters = observation_filters(
        rows, source.channel_names, order.season, order.filters
    )
    rows = with_reason(rows, filters)
    places = places_of(rows, len(filters), order.season.steps)
    judged = plan.judge.judge(places, len(filters), work)
    if judged.kept.num_rows:
        kept = work / "kept.parquet"
        write_batches(kept, judged.kept.to_batches())
        series = season_series(
            rows.filter(rows.reason == -1),
            engine.table(kept),
            source.units.scales,
            order.season.choice,
        )
        _write_series(plan, series, start, judged.kept.num_rows)
    names = tuple(one.name for one in filters)
    return PreparedPart(judged.kept, _counts(names, judged))


def _write_series(plan: PartPlan, series: Table, start: int, count: int) -> None:
    """Put what stands for each bucket where it belongs; days lie in their middle."""
    season, names = plan.judge.order.season, plan.source.channel_names
    grid = plan.source.grid(season)
    values, mask = (
        one.rows(start, count) for one in (plan.arrays.values, plan.arrays.mask)
    )
    days, scenes = (
        one.rows(start, count) for one in (plan.arrays.days, plan.arrays.scenes)
    )
    days[:] = np.floor(grid.middles(season.first_day)).astype(np.int16)
    for batch in plan.judge.engine.batches(series):
        row = batch["row"].to_numpy()
        bucket = batch["bucket"].to_numpy()
        days[row, bucket] = batch["day"].to_numpy()
        scenes[row, bucket] = batch["scene"].to_numpy().astype(np.uint8)
        columns = [batch[name].to_numpy(zero_copy_only=False) for name in names]
        numbers = np.stack(columns, axis=1).astype(np.float32)
        seen = np.isfinite(numbers)
        mask[row, bucket] = seen
        values[row, bucket] = np.where(seen, numbers, 0).astype(np.float16)


def _counts(names: tuple[str, ...], judged: JudgedPlaces) -> tuple[FilterCount, ...]:
    return (
        *(
            FilterCount(name=name, kind="observations", left_out=left_out)
            for name, left_out in zip(names, judged.left_out, strict=True)
        ),
        *(
            FilterCount(name=name, kind="places", left_out=left_out)
            for name, left_out in judged.counts
        ),
    )
