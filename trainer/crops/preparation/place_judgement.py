"""Judge the places of a part: which are kept, with which label, and why not others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from trainer.crops.preparation.area_of_interest import is_inside
from trainer.crops.preparation.class_definition import CodeLegend
from trainer.crops.preparation.label_raster import OUTSIDE, LabelRaster
from trainer.crops.preparation.label_source import LabelSource
from trainer.crops.preparation.observation_filters import with_reason
from trainer.crops.preparation.place_table import (
    labelled,
    place_filters,
    with_label,
)
from trainer.crops.preparation.preparation_order import PreparationOrder
from trainer.crops.preparation.query_engine import QueryEngine
from trainer.errors import LibraryError

LARGEST_PLACE_DEGREES = 1e-3
"""About a hundred metres: a place that moves further is not one place."""

_ORDER = [("box", "ascending"), ("year", "ascending"), ("place", "ascending")]


@dataclass(frozen=True, eq=False)
class JudgedPlaces:
    """The places of a part.

    Attributes:
        kept: Those that are kept, in the order of their rows.
        counts: How many places each filter left out.
        left_out: How many observations each filter left out.
    """

    kept: pa.Table
    counts: tuple[tuple[str, int], ...]
    left_out: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class PlaceJudge:
    """Judges places by labels and area.

    Attributes:
        engine: Where expressions run.
        order: What shall be left out.
        legend: What codes mean.
        labels: Where labels come from.
        label_rows: An Ibis table of labels; nothing where they come from rasters.
    """

    engine: QueryEngine
    order: PreparationOrder
    legend: CodeLegend
    labels: LabelSource
    label_rows: Any

    def judge(self, places: Any, filters: int, work: Path) -> JudgedPlaces:  # noqa: ANN401 - an Ibis table
        """Judge the places of an expression; intermediate tables lie in `work`."""
        told = work / "told.parquet"
        if not write_batches(told, self._told(self.engine.batches(places))):
            return JudgedPlaces(_NO_PLACES, (), (0,) * filters)
        found, needs_label = self.engine.table(told), self.labels.is_there
        if self.label_rows is not None:
            found = labelled(found.drop("code", "purity"), self.label_rows)
        found = with_label(found, self.order.classes, needs_label=needs_label)
        by = place_filters(
            found, self.order.filters, self.legend, needs_label=needs_label
        )
        judged = pa.Table.from_batches(self.engine.batches(with_reason(found, by)))
        _check_places(judged)
        seen = judged.filter(pc.greater(judged["in_season"], 0))
        reasons = seen["reason"].to_numpy()
        counts = tuple(
            (one.name, int((reasons == number).sum())) for number, one in enumerate(by)
        )
        left_out = tuple(
            int(pc.sum(judged[f"left_out_{number}"]).as_py())
            for number in range(filters)
        )
        return JudgedPlaces(_kept(seen), counts, left_out)

    def _told(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Add what only this side can tell: the area, and codes of rasters."""
        rasters = {year: LabelRaster(at) for year, at in self.labels.rasters.items()}
        try:
            for batch in batches:
                longitudes = batch["longitude"].to_numpy(zero_copy_only=False)
                latitudes = batch["latitude"].to_numpy(zero_copy_only=False)
                area = self.order.filters.area
                inside = is_inside(area, longitudes, latitudes)
                codes = np.full(len(batch), OUTSIDE, dtype=np.int16)
                purity = np.zeros(len(batch), dtype=np.float32)
                years = batch["year"].to_numpy(zero_copy_only=False)
                for year, raster in rasters.items():
                    at = np.flatnonzero(years == year)
                    codes[at], purity[at] = raster.sample(longitudes[at], latitudes[at])
                yield _with_columns(batch, inside, codes, purity)
        finally:
            for raster in rasters.values():
                raster.close()


def write_batches(path: Path, batches: Iterable[pa.RecordBatch]) -> int:
    """Write batches as they come; return how many rows there were."""
    writer, rows = None, 0
    for batch in batches:
        if not len(batch):
            continue
        plain = batch.replace_schema_metadata(None)  # Spark would believe its own
        writer = writer or pq.ParquetWriter(path, plain.schema)
        writer.write_batch(plain)
        rows += len(batch)
    if writer is not None:
        writer.close()
    return rows


_NO_PLACES = pa.table({"place": pa.array([], pa.string())})


def _with_columns(
    batch: pa.RecordBatch,
    inside: NDArray[np.bool_],
    codes: NDArray[np.int16],
    purity: NDArray[np.float32],
) -> pa.RecordBatch:
    told = pa.array(codes.astype(np.int32), mask=codes == OUTSIDE)
    columns = {"inside": pa.array(inside), "code": told, "purity": pa.array(purity)}
    for name, column in columns.items():
        batch = batch.append_column(name, column)
    return batch


def _kept(judged: pa.Table) -> pa.Table:
    kept = judged.filter(pc.equal(judged["reason"], -1)).sort_by(_ORDER)
    return kept.append_column("row", pa.array(np.arange(kept.num_rows, dtype=np.int64)))


def _check_places(judged: pa.Table) -> None:
    """Refuse ids that stand for several places: their series would be mixed."""
    wide = pc.max_element_wise(judged["width"], judged["height"])
    moved = judged.filter(pc.greater(wide, LARGEST_PLACE_DEGREES))
    spread = judged.filter(pc.not_equal(judged["box"], judged["last_box"]))
    for found, what in ((moved, "one position"), (spread, "one box")):
        if found.num_rows:
            raise LibraryError(
                f"expected {what} for each place, found several for {found.num_rows}, "
                f"such as {found['place'][0]}; give different places different ids"
            )
