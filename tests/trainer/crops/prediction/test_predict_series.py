"""Predictions come out the same, whoever asks, wherever the work was stopped."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.trainer.crops.made_series import LEGEND, MadeOrder, made_series, made_teller
from trainer.crops.prediction.module_teller import ModuleTeller
from trainer.crops.prediction.predict_series import predict_series
from trainer.crops.prediction.prediction_folder import (
    PredictionFolder,
    open_prediction_folder,
)
from trainer.crops.prediction.prediction_order import PredictionOrder, manifest_of
from trainer.crops.prediction.season_record import SeasonRecord, StoppingRule
from trainer.crops.series.series_set import SeriesBatch, SeriesSet
from trainer.errors import LibraryError, WorkspaceError

ORDER = PredictionOrder(days=(150, 299), places_a_part=100)


@pytest.fixture(scope="module")
def series() -> SeriesSet:
    return made_series(MadeOrder(fields_across=4))


@pytest.fixture(scope="module")
def teller() -> ModuleTeller:
    return made_teller()


def predicted(
    path: Path,
    series: SeriesSet,
    teller: ModuleTeller,
    order: PredictionOrder = ORDER,
) -> PredictionFolder:
    manifest = manifest_of(order, series, "sha256:cd", teller)
    folder = PredictionFolder.begin(path, manifest)
    predict_series(series, teller, folder, lambda *_: None)
    return folder


def files_of(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(path.iterdir())}


def test_rows_say_what_the_model_says(
    tmp_path: Path, series: SeriesSet, teller: ModuleTeller
) -> None:
    predicted(tmp_path / "p", series, teller)

    table = pq.read_table(tmp_path / "p", filters=[("day", "=", 299)])
    told = teller.tell(series.batch(slice(None)))
    assert table["place"].to_pylist() == series.places.names.tolist()
    assert table["crop"].to_pylist() == [LEGEND[one] for one in told.likeliest]
    assert table["probability"].to_numpy() == pytest.approx(told.value.max(axis=1))
    assert np.stack(table["probabilities"].to_numpy()) == pytest.approx(told.value)
    sets = told.sets(teller.threshold)
    assert table["crops"].to_pylist() == [
        [LEGEND[one] for one in np.flatnonzero(row)] for row in sets
    ]
    assert set(table["date"].to_pylist()) == {date(2023, 10, 27)}
    grown = [LEGEND[one] for one in series.places.labels]
    assert table["grown"].to_pylist() == grown
    assert set(table["model"].to_pylist()) == {teller.digest}
    assert table["settled"].null_count == len(series)


def test_place_is_told_the_same_whoever_stands_beside_it(
    series: SeriesSet, teller: ModuleTeller
) -> None:
    alone = teller.tell(series.batch(slice(7, 8)))

    together = teller.tell(series.batch(slice(0, 200)))

    assert alone.value.tolist() == together.value[7:8].tolist()
    assert alone.novelty.tolist() == together.novelty[7:8].tolist()


def test_twice_the_same_order_leaves_the_same_bytes(
    tmp_path: Path, series: SeriesSet, teller: ModuleTeller
) -> None:
    predicted(tmp_path / "one", series, teller)
    predicted(tmp_path / "two", series, teller)

    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_stopped_work_goes_on_with_what_is_missing(
    tmp_path: Path, series: SeriesSet, teller: ModuleTeller
) -> None:
    predicted(tmp_path / "whole", series, teller)
    manifest = manifest_of(ORDER, series, "sha256:cd", teller)
    folder = PredictionFolder.begin(tmp_path / "stopped", manifest)

    def stop(done: int, every: int) -> None:
        del every
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        predict_series(series, teller, folder, stop)
    assert len(list(folder.missing())) == 2
    kept = (tmp_path / "stopped" / "part-00000.parquet").stat().st_mtime_ns
    predicted(tmp_path / "stopped", series, teller)

    assert files_of(tmp_path / "stopped") == files_of(tmp_path / "whole")
    assert (tmp_path / "stopped" / "part-00000.parquet").stat().st_mtime_ns == kept


def test_unfinished_predictions_are_not_read(
    tmp_path: Path, series: SeriesSet, teller: ModuleTeller
) -> None:
    predicted(tmp_path / "p", series, teller)
    (tmp_path / "p" / "part-00001.parquet").unlink()

    with pytest.raises(LibraryError, match="found 2; run `terroir crops predict`"):
        open_prediction_folder(tmp_path / "p").on_day(150, ["place"])


def test_folder_of_another_order_is_left_as_it_is(
    tmp_path: Path, series: SeriesSet, teller: ModuleTeller
) -> None:
    predicted(tmp_path / "p", series, teller)
    before = files_of(tmp_path / "p")

    with pytest.raises(WorkspaceError, match="other dates"):
        predicted(tmp_path / "p", series, teller, replace(ORDER, days=(180,)))

    assert files_of(tmp_path / "p") == before


def test_place_where_nothing_was_seen_is_flagged(
    tmp_path: Path, teller: ModuleTeller
) -> None:
    dark = made_series(MadeOrder(fields_across=1, cloudy=1.0))

    folder = predicted(tmp_path / "p", dark, teller)

    table = folder.on_day(299, ["flagged", "steps_seen"])
    assert table["flagged"].to_pylist() == [True] * len(dark)
    assert table["steps_seen"].to_pylist() == [0] * len(dark)


def test_rule_settles_places_and_never_unsettles_them(
    tmp_path: Path, series: SeriesSet, teller: ModuleTeller
) -> None:
    season = SeasonRecord(
        model=teller.digest,
        days=(120, 150, 180, 210),
        thresholds=(0.1, 0.2, 0.3, 0.4),
        rule=StoppingRule(lead=0.6, dates_in_row=2, margin=0.05),
    )
    order = PredictionOrder(days=(120, 180, 210, 240), season=season)

    folder = predicted(tmp_path / "p", series, teller, order)

    settled = [
        folder.on_day(day, ["settled"])["settled"].to_numpy().astype(bool)
        for day in order.days
    ]
    assert folder.manifest.thresholds == (0.1, 0.3, 0.4, 0.4)
    assert settled[0].sum() == 0
    assert 0 < settled[1].sum() < settled[2].sum() == settled[3].sum()
    assert (settled[1] <= settled[2]).all()


def test_labels_of_other_classes_are_refused_and_nothing_is_written(
    tmp_path: Path, series: SeriesSet, teller: ModuleTeller
) -> None:
    strange = replace(series, legend=("rice", "maize", "soybean"))

    with pytest.raises(LibraryError, match="found rice"):
        predicted(tmp_path / "p", strange, teller)

    assert list((tmp_path / "p").glob("*.parquet")) == []


def test_day_before_the_series_is_refused(
    series: SeriesSet, teller: ModuleTeller
) -> None:
    with pytest.raises(LibraryError, match="from day 60"):
        manifest_of(PredictionOrder(days=(10,)), series, "sha256:cd", teller)


def test_damaged_part_is_named_with_the_next_step(
    tmp_path: Path, series: SeriesSet, teller: ModuleTeller
) -> None:
    folder = predicted(tmp_path / "p", series, teller)
    part = tmp_path / "p" / "part-00001.parquet"
    part.write_bytes(part.read_bytes()[:-200])

    with pytest.raises(LibraryError, match=r"part-00001.parquet.*remove it"):
        folder.on_day(150, ["place"])


def test_file_in_the_way_is_left_alone(
    tmp_path: Path, series: SeriesSet, teller: ModuleTeller
) -> None:
    (tmp_path / "p").write_text("mine")

    with pytest.raises(WorkspaceError, match="choose another one"):
        predicted(tmp_path / "p", series, teller)

    assert (tmp_path / "p").read_text() == "mine"


def test_series_of_no_place_are_refused(
    series: SeriesSet, teller: ModuleTeller
) -> None:
    with pytest.raises(LibraryError, match="series of some places"):
        manifest_of(PredictionOrder(), series.take([]), "sha256:cd", teller)


def test_no_more_places_are_read_at_once_than_a_part_has(
    tmp_path: Path,
    series: SeriesSet,
    teller: ModuleTeller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, original = [], SeriesSet.batch

    def counted(one: SeriesSet, rows: np.ndarray | slice) -> SeriesBatch:
        batch = original(one, rows)
        read.append(len(batch.days))
        return batch

    monkeypatch.setattr(SeriesSet, "batch", counted)

    predicted(tmp_path / "p", series, teller, replace(ORDER, places_a_part=30))

    assert max(read) == 30
    assert sum(read) == len(series)
