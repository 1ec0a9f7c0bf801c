"""How many series a second are predicted, from a folder of series to Parquet.

`python -m tests.benchmarks.crops.prediction_pace`. Made series of a whole season in
buckets of five days lie in mapped files; everything is in the time: reading, cutting
the season, the network and writing rows. Networks of the usual sizes, with weights that
learned nothing, run in torch with several batch sizes and, as float32 ONNX, in
onnxruntime; one thread computes. `--places 2048 --networks attention` shows in half a
minute that it runs; all of it takes about three minutes.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

import msgspec
import torch
from rich.console import Console

from protocols.crop_manifest import CropClass
from protocols.graph_contract import DAYS, MASK, SERIES
from tests.benchmarks.__main__ import table_of
from tests.benchmarks.crops.training_pace import GRID, LEGEND, made_series
from tests.benchmarks.measurement import Measurement, at_most, observed
from tests.benchmarks.one_thread import one_thread
from tests.protocols.sample_crop_packages import sample_crop_manifest
from trainer.crops.certainty.certainty import Certainty
from trainer.crops.model.crop_model import CropModel
from trainer.crops.networks.crop_recipes import build_network, crop_recipe_named
from trainer.crops.prediction.batched_answers import AT_ONCE
from trainer.crops.prediction.crop_answers import CropTeller
from trainer.crops.prediction.module_teller import ModuleTeller
from trainer.crops.prediction.package_teller import PackageTeller
from trainer.crops.prediction.predict_series import PredictionPace, predict_series
from trainer.crops.prediction.prediction_folder import PredictionFolder
from trainer.crops.prediction.prediction_order import (
    PLACES_A_PART,
    PredictionOrder,
    manifest_of,
)
from trainer.crops.series.series_folder import open_series_folder, write_series_folder
from trainer.crops.series.series_set import SeriesSet
from trainer.export.export_parity import LoadedGraph
from trainer.export.graph_signature import series_signature
from trainer.export.onnx_exporter import exported

PLACES = 16_384
NETWORKS = ("attention", "recurrent", "published")
BATCHES = (32, 128, 512, 2048)
PACKED_BATCH = AT_ONCE
TURNS = 3
READING = 0.1
"""At most this share of the time may be spent waiting for series."""

NOT_A_PACKAGE = "sha256:" + "0" * 64


def bench_rows() -> list[Measurement]:
    """Return the figures for `make bench`."""
    return pace_rows(PLACES, NETWORKS)


def pace_rows(places: int, networks: tuple[str, ...]) -> list[Measurement]:
    """Return the rows of every network and way to run it."""
    rows: list[Measurement] = []
    with tempfile.TemporaryDirectory() as folder, one_thread():
        write_series_folder(Path(folder) / "series", made_series(places))
        series = open_series_folder(Path(folder) / "series")
        for network in networks:
            for name, teller in _tellers(network):
                rows += _rows(f"{network}, {name}", _paces(series, teller))
    return rows


def _tellers(network: str) -> Iterator[tuple[str, CropTeller]]:
    torch.manual_seed(0)
    built = build_network(crop_recipe_named(network), GRID, len(LEGEND))
    model = CropModel(built, Certainty(len(LEGEND), built.embedded)).eval()
    plain = ModuleTeller(model, GRID, LEGEND, 0.2, NOT_A_PACKAGE)
    for batch in BATCHES:
        yield f"torch, batches of {batch}", replace(plain, at_once=batch)
    signature = series_signature(GRID.steps, len(GRID.channels))
    graph = exported(model, signature, ()).SerializeToString()
    yield (
        f"onnxruntime, batches of {PACKED_BATCH}",
        PackageTeller(
            graph=LoadedGraph(graph, (SERIES, DAYS, MASK)),
            manifest=msgspec.structs.replace(
                sample_crop_manifest(),
                season=GRID,
                classes=tuple(CropClass(name=name) for name in LEGEND),
            ),
            digest=NOT_A_PACKAGE,
            at_once=PACKED_BATCH,
        ),
    )


def _paces(series: SeriesSet, teller: CropTeller) -> list[PredictionPace]:
    """Predict the whole season some times; the first time warms up."""
    part = min(PLACES_A_PART, max(len(series) // 2, 1))
    order = PredictionOrder(places_a_part=part)
    paces = []
    for _ in range(1 + TURNS):
        with tempfile.TemporaryDirectory() as folder:
            manifest = manifest_of(order, series, NOT_A_PACKAGE, teller)
            out = PredictionFolder.begin(Path(folder) / "out", manifest)
            paces.append(predict_series(series, teller, out, lambda *_: None))
    return paces[1:]


def _rows(name: str, paces: list[PredictionPace]) -> list[Measurement]:
    pace = median(one.series / one.total_s for one in paces)
    reading = median(one.reading_s / one.total_s for one in paces)
    writing = median(one.writing_s / one.total_s for one in paces)
    return [
        observed(f"{name}: predicted", pace, "series/s"),
        at_most(f"{name}: time waiting for series", reading, "share", READING),
        observed(f"{name}: time writing rows", writing, "share"),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    asked = parser.parse_args()
    found = pace_rows(asked.places, tuple(asked.networks))
    Console().print(table_of("prediction pace", found))
