"""Prepare series of places from observations and labels, part by part.

All work is done in a hidden folder beside the one that was asked for; it gets its name
when it is whole. A preparation that was stopped goes on after the last whole part.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trainer.crops.preparation.class_definition import CodeLegend
from trainer.crops.preparation.engine_choice import open_engine
from trainer.crops.preparation.label_source import (
    label_rows,
    read_label_source,
    write_label_table,
)
from trainer.crops.preparation.observation_files import ObservationFile, in_parts
from trainer.crops.preparation.observation_source import ObservationSource, open_source
from trainer.crops.preparation.part_preparation import PartPlan, prepare_part
from trainer.crops.preparation.place_judgement import PlaceJudge
from trainer.crops.preparation.preparation_order import PreparationOrder
from trainer.crops.preparation.preparation_state import (
    STATE_FILE,
    PartRecord,
    Parts,
    PreparationState,
    begin,
    check_is_new,
    clear,
    digest_of,
    write_state,
)
from trainer.crops.preparation.query_engine import (
    EngineName,
    EngineSettings,
    QueryEngine,
)
from trainer.crops.series.series_folder import (
    NO_CODE,
    PLACES_FILE,
    SeriesArrays,
    SeriesManifest,
    place_columns,
    write_manifest,
)
from trainer.crops.series.series_set import PlaceTable
from trainer.errors import LibraryError

MB = 1_000_000


@dataclass(frozen=True)
class Resources:
    """With what it is done; the series do not depend on it.

    Attributes:
        engine: Where expressions run.
        memory_mb: Of the engine; what is more goes to disk.
        threads: Of the processor; all if nothing is said.
        part_mb: Of Parquet files that are prepared together, where boxes allow it.
    """

    engine: EngineName = "duckdb"
    memory_mb: int = 1024
    threads: int | None = None
    part_mb: int = 256


@dataclass(frozen=True)
class Progress:
    """How far it is."""

    parts: int
    of: int
    places: int


Watch = Callable[[Progress], None]


@dataclass(frozen=True)
class Preparation:
    """What is asked for.

    Attributes:
        order: What the series depend on.
        legend: What the codes of labels mean.
        into: The folder to make.
    """

    order: PreparationOrder
    legend: CodeLegend
    into: Path

    @property
    def work(self) -> Path:
        """A folder for what is needed in between; it is removed at the end."""
        return self.into.with_name(f".{self.into.name}.work")


def prepare(asked: Preparation, resources: Resources, watch: Watch) -> SeriesManifest:
    """Prepare series into a new folder."""
    check_is_new(asked.into)
    shutil.rmtree(asked.work, ignore_errors=True)
    spill = asked.work / "spill"
    settings = EngineSettings(resources.memory_mb, resources.threads, spill)
    try:
        with open_engine(resources.engine, settings) as engine:
            source = open_source(asked.order, engine)
            judge = _judge(engine, asked)
            parts = in_parts(source.files, resources.part_mb * MB)
            return _prepare(asked, source, judge, parts, watch)
    finally:
        shutil.rmtree(asked.work, ignore_errors=True)
        clear(asked.into)


def _judge(engine: QueryEngine, asked: Preparation) -> PlaceJudge:
    """Open the labels; those in a table are checked and joined later."""
    order, legend = asked.order, asked.legend
    labels, rows = read_label_source(order.labels), None
    if labels.table is not None:
        told = asked.work / "labels.parquet"
        names = write_label_table(labels.table, told, legend)
        rows = label_rows(engine.table(told), names, legend)
    return PlaceJudge(engine, order, legend, labels, rows)


def _prepare(
    asked: Preparation,
    source: ObservationSource,
    judge: PlaceJudge,
    parts: Parts,
    watch: Watch,
) -> SeriesManifest:
    """Prepare the parts that are not done yet, and give the folder its name."""
    order, grid = asked.order, source.grid(asked.order.season)
    folder, state = begin(asked.into, digest_of(order, parts))
    plan = PartPlan(source, judge, SeriesArrays.of(folder, grid))
    for number, part in enumerate(parts):
        watch(Progress(number, len(parts), state.places))
        if number >= len(state.parts):
            state = _with_part(plan, part, state, (folder, asked.work))
    watch(Progress(len(parts), len(parts), state.places))
    _check_some_are_left(state, folder)
    manifest = SeriesManifest(
        grid=grid,
        legend=order.classes.legend if judge.labels.is_there else (),
        places=state.places,
        findings=source.findings,
        counts=state.counts,
        order=_as_words(order),
    )
    plan.arrays.finish(state.places)
    _join_places(folder, len(parts))
    write_manifest(folder, manifest)
    (folder / STATE_FILE).unlink()
    folder.rename(asked.into)
    return manifest


def _with_part(
    plan: PartPlan,
    part: tuple[ObservationFile, ...],
    state: PreparationState,
    folders: tuple[Path, Path],
) -> PreparationState:
    """Prepare one part, and then count it: stopped before, it is done anew."""
    folder, work = folders
    done = prepare_part(plan, part, state.places, work)
    path = _places_of_part(folder, len(state.parts))
    pq.write_table(_place_rows(done.places), path)
    record = PartRecord(places=done.places.num_rows, counts=done.counts)
    state = msgspec.structs.replace(state, parts=(*state.parts, record))
    write_state(folder, state)
    return state


def _place_rows(kept: pa.Table) -> pa.Table:
    """Return the places of a part as their table on disk."""
    if not kept.num_rows:
        return place_columns(_NO_PLACES)
    codes = kept["code"].fill_null(NO_CODE).to_numpy().astype(np.int16)
    names, boxes, fields = (
        np.array(kept[name].to_pylist(), dtype=np.str_)
        for name in ("place", "box", "field")
    )
    places = PlaceTable(
        names=names,
        boxes=boxes,
        fields=fields,
        years=kept["year"].to_numpy().astype(np.int16),
        longitudes=kept["longitude"].to_numpy(),
        latitudes=kept["latitude"].to_numpy(),
        labels=kept["label"].to_numpy().astype(np.int16),
    )
    return place_columns(places, codes)


def _places_of_part(folder: Path, number: int) -> Path:
    return folder / f"places-{number:05d}.parquet"


def _join_places(folder: Path, parts: int) -> None:
    """Make one table of the places of all parts."""
    paths = [_places_of_part(folder, number) for number in range(parts)]
    _check_places_are_apart(paths)
    with pq.ParquetWriter(folder / PLACES_FILE, pq.read_schema(paths[0])) as writer:
        for path in paths:
            writer.write_table(pq.read_table(path))
    for path in paths:
        path.unlink()


def _check_places_are_apart(paths: list[Path]) -> None:
    """Refuse a place in several parts: none of them has seen all of it."""
    names = pa.concat_tables(
        [pq.read_table(one, columns=["place", "year"]) for one in paths]
    )
    counted = names.group_by(["place", "year"]).aggregate([([], "count_all")])
    twice = counted.filter(pc.greater(counted["count_all"], 1))
    if twice.num_rows:
        raise LibraryError(
            f"expected one box for each place, found several for {twice.num_rows}, "
            f"such as {twice['place'][0]}; give each place the box that it lies in"
        )


def _check_some_are_left(state: PreparationState, folder: Path) -> None:
    if state.places:
        return
    shutil.rmtree(folder)
    told = [f"{one.left_out:,} {one.kind} {one.name}" for one in state.counts]
    lost = [
        one for one, count in zip(told, state.counts, strict=True) if count.left_out
    ]
    raise LibraryError(
        f"expected places to be left, found none: {', '.join(lost)}; filter less, or "
        "bring observations and labels of the same land and years"
    )


def _as_words(order: PreparationOrder) -> dict[str, str]:
    """Return the order as people read it in the manifest."""
    data = msgspec.to_builtins(order)
    return {name: msgspec.json.encode(value).decode() for name, value in data.items()}


_NO_PLACES = PlaceTable(
    names=np.array([], dtype=np.str_),
    boxes=np.array([], dtype=np.str_),
    years=np.array([], dtype=np.int16),
    fields=np.array([], dtype=np.str_),
    longitudes=np.array([], dtype=np.float64),
    latitudes=np.array([], dtype=np.float64),
    labels=np.array([], dtype=np.int16),
)
