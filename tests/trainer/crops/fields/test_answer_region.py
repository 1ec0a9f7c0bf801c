"""A region is answered from predictions, whatever is missing in them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.trainer.crops.made_series import MadeOrder, made_series, made_teller
from trainer.crops.fields.answer_region import FIELDS, RECORD, answer_region
from trainer.crops.prediction.predict_series import predict_series
from trainer.crops.prediction.prediction_folder import PredictionFolder
from trainer.crops.prediction.prediction_order import PredictionOrder, manifest_of
from trainer.crops.series.series_set import PlaceTable, SeriesSet
from trainer.errors import CalibrationError, LibraryError

HECTARES_A_PIXEL = 0.04


def predicted(
    places: PlaceTable | None, path: Path, days: tuple[int, ...] = (200,)
) -> PredictionFolder:
    made, teller = made_series(), made_teller()
    series: SeriesSet = made if places is None else replace(made, places=places)
    manifest = manifest_of(PredictionOrder(days=days), series, path.name, teller)
    folder = PredictionFolder.begin(path, manifest)
    predict_series(series, teller, folder, lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> PredictionFolder:
    return predicted(None, tmp_path_factory.mktemp("held") / "held", (200, 299))


def test_every_field_and_the_whole_area_is_told(
    held: PredictionFolder, tmp_path: Path
) -> None:
    asked = predicted(made_series(MadeOrder(seed=5)).places, tmp_path / "asked")

    record = answer_region(asked, held, tmp_path / "out", lambda *_: None)

    (date,) = record.dates
    assert date.fields == 36
    assert date.areas is not None
    area = sum(one.area_ha for one in date.areas)
    assert area == pytest.approx(576 * HECTARES_A_PIXEL, rel=0.01)
    assert date.scores is not None
    assert date.scores.n == 36
    assert len(pq.read_table(tmp_path / "out" / FIELDS)) == 36


def test_same_answers_leave_the_same_bytes(
    held: PredictionFolder, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        answer_region(held, held, tmp_path / name, lambda *_: None)

    for name in (FIELDS, RECORD):
        one, two = ((tmp_path / each / name).read_bytes() for each in ("one", "two"))
        assert one == two


def test_places_without_coordinates_have_fields_but_no_area(
    held: PredictionFolder, tmp_path: Path
) -> None:
    places = made_series().places
    nowhere = np.full(len(places), np.nan)
    asked = predicted(
        replace(places, longitudes=nowhere, latitudes=nowhere), tmp_path / "asked"
    )

    record = answer_region(asked, held, tmp_path / "out", lambda *_: None)

    assert record.dates[0].areas is None
    assert record.dates[0].fields == 36


def test_land_of_two_years_is_not_counted_twice(
    held: PredictionFolder, tmp_path: Path
) -> None:
    places = made_series().places
    years = np.where(np.arange(len(places)) % 2, 2022, 2023).astype(np.int16)
    asked = predicted(replace(places, years=years), tmp_path / "asked")

    record = answer_region(asked, held, tmp_path / "out", lambda *_: None)

    assert record.dates[0].areas is None
    assert record.dates[0].fields == 72


def test_places_without_a_field_are_counted(
    held: PredictionFolder, tmp_path: Path
) -> None:
    places = made_series().places
    fields = places.fields.copy()
    fields[:16] = ""
    asked = predicted(replace(places, fields=fields), tmp_path / "asked")

    record = answer_region(asked, held, tmp_path / "out", lambda *_: None)

    assert record.without_field == 16


def test_places_of_no_field_at_all_are_refused(
    held: PredictionFolder, tmp_path: Path
) -> None:
    places = made_series().places
    asked = predicted(
        replace(places, fields=np.full(len(places), "")), tmp_path / "asked"
    )

    with pytest.raises(LibraryError, match="with the field of each place"):
        answer_region(asked, held, tmp_path / "out", lambda *_: None)

    assert not (tmp_path / "out").exists()


def test_unlabelled_places_cannot_be_held_back(tmp_path: Path) -> None:
    places = made_series().places
    unknown = replace(places, labels=np.full(len(places), -1, np.int16))
    unlabelled = predicted(unknown, tmp_path / "unlabelled")

    with pytest.raises(CalibrationError, match="one known crop"):
        answer_region(unlabelled, unlabelled, tmp_path / "out", lambda *_: None)


def test_dates_that_were_not_held_back_are_refused(
    held: PredictionFolder, tmp_path: Path
) -> None:
    asked = predicted(None, tmp_path / "asked", (200, 250))

    with pytest.raises(LibraryError, match="told on day 250 too"):
        answer_region(asked, held, tmp_path / "out", lambda *_: None)
