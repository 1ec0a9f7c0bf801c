"""What is left out of a preparation, and that it is counted."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.trainer.crops.preparation.made_observations import (
    codes_of,
    left_out,
    ordered,
    padded,
    prepared,
    row,
    write_labels,
    write_raster,
    write_rows,
)
from trainer.crops.preparation.class_definition import ClassDefinition
from trainer.crops.preparation.preparation_order import FilterOrder
from trainer.crops.series.series_folder import (
    open_series_folder,
    read_codes,
    read_places,
)
from trainer.crops.series.series_set import UNKNOWN
from trainer.errors import LibraryError


@pytest.fixture
def observations(tmp_path: Path) -> Path:
    """Return four places in a row, a thousandth of a degree apart."""
    rows = [
        row(name, longitude=-93.6095 + 0.001 * number, latitude=42.0095)
        for number, name in enumerate("abcd")
    ]
    return write_rows(tmp_path / "observations.parquet", padded(rows))


def places(folder: Path) -> dict[str, int]:
    """Return the label of each place, without the one that no test looks at."""
    found = read_places(folder)
    told = zip(found.names.tolist(), found.labels.tolist(), strict=True)
    return {name: label for name, label in told if name != "zz"}


def test_without_labels_all_places_are_kept_and_none_is_named(
    observations: Path, tmp_path: Path
) -> None:
    made = prepared(ordered(observations), tmp_path / "series")

    assert places(tmp_path / "series") == dict.fromkeys("abcd", UNKNOWN)
    assert made.legend == ()


def test_codes_of_a_table_become_classes(observations: Path, tmp_path: Path) -> None:
    table = codes_of(("a", 2021, 5), ("b", 2021, 1), ("c", 2021, 61), ("d", 2020, 1))
    labels = write_labels(tmp_path / "labels.parquet", table)

    made = prepared(ordered(observations, str(labels)), tmp_path / "series")

    assert places(tmp_path / "series") == {"a": 1, "b": 0, "c": 2}
    assert made.legend == ("corn", "soybeans", "other")
    assert read_codes(tmp_path / "series").tolist() == [5, 1, 61]
    assert left_out(made) == {"no label": 2}


def test_names_of_a_table_are_told_by_the_legend(
    observations: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text(
        "place,year,name,field\na,2021,Corn,f1\nb,2021,soybeans,f2\n", encoding="utf-8"
    )

    prepared(ordered(observations, str(labels)), tmp_path / "series")

    assert places(tmp_path / "series") == {"a": 0, "b": 1}
    assert read_places(tmp_path / "series").fields.tolist() == ["f1", "f2"]


def test_two_crops_in_a_year_are_left_out_unless_they_are_asked_for(
    observations: Path, tmp_path: Path
) -> None:
    table = codes_of(("a", 2021, 26), ("b", 2021, 1))
    labels = str(write_labels(tmp_path / "labels.parquet", table))
    kept = FilterOrder(double_crops=True, least_observations=1)

    made = prepared(ordered(observations, labels), tmp_path / "one")
    prepared(ordered(observations, labels, filters=kept), tmp_path / "two")

    assert left_out(made)["double crops"] == 1
    assert places(tmp_path / "one") == {"b": 0}
    assert places(tmp_path / "two") == {"a": 2, "b": 0}


def test_land_without_crops_and_impure_labels_are_left_out(
    observations: Path, tmp_path: Path
) -> None:
    codes = np.array([[1, 1, 5, 111], [1, 1, 1, 111]], dtype=np.uint8)
    raster = write_raster(tmp_path / "labels.tif", codes)
    filters = FilterOrder(crops_only=True, least_purity=0.6, least_observations=1)

    made = prepared(
        ordered(observations, f"2021={raster}", filters=filters), tmp_path / "series"
    )

    assert places(tmp_path / "series") == {"a": 0, "b": 0}
    assert left_out(made) == {
        "no label": 1,
        "land without crops": 1,
        "label purity below 0.6": 1,
    }


def test_a_class_that_nobody_named_is_left_out_without_a_rest(
    observations: Path, tmp_path: Path
) -> None:
    table = codes_of(("a", 2021, 61), ("b", 2021, 1))
    labels = write_labels(tmp_path / "labels.parquet", table)
    corn = ClassDefinition(name="corn", classes={"corn": (1,)})

    made = prepared(
        ordered(observations, str(labels), classes=corn), tmp_path / "series"
    )

    assert places(tmp_path / "series") == {"b": 0}
    assert left_out(made)["class left out"] == 1


def test_clouds_and_days_outside_the_season_are_counted(tmp_path: Path) -> None:
    rows = [
        row(),
        row(day=date(2021, 4, 17), SCL=9),
        row(day=date(2021, 4, 18), SCL=3),
        row(day=date(2021, 4, 19), cloud_probability=80),
        row(day=date(2021, 8, 1)),
        row(day=date(2021, 4, 20), B04=0, B08=0),
        row(day=date(2021, 4, 21), latitude=None),
    ]
    observations = write_rows(tmp_path / "observations.parquet", padded(rows))
    filters = FilterOrder(most_cloud=50, least_observations=1)

    made = prepared(ordered(observations, filters=filters), tmp_path / "series")

    series = open_series_folder(tmp_path / "series").batch(slice(0, 1))
    assert series.mask[0].any(axis=1).tolist() == [True, False, False, False]
    assert left_out(made) == {
        "outside the season": 1,
        "no date, or no position on Earth": 1,
        "nothing seen": 1,
        "scene class not 2, 4, 5, 6, 7": 2,
        "cloud above 50 %": 1,
    }


def test_places_with_few_observations_are_left_out(tmp_path: Path) -> None:
    rows = [row("a"), row("b"), row("b", date(2021, 4, 17))]
    observations = write_rows(tmp_path / "observations.parquet", padded(rows))
    filters = FilterOrder(least_observations=2)

    made = prepared(ordered(observations, filters=filters), tmp_path / "series")

    assert list(places(tmp_path / "series")) == ["b"]
    assert left_out(made)["fewer than 2 observations"] == 1


def test_an_area_keeps_what_lies_in_its_polygons_and_not_in_their_holes(
    observations: Path, tmp_path: Path
) -> None:
    from trainer.crops.preparation.area_of_interest import read_area  # noqa: PLC0415

    outer = square(-93.61, -93.6065)
    path = tmp_path / "area.geojson"
    polygon = {"type": "Polygon", "coordinates": [outer, square(-93.609, -93.608)]}
    told = {"type": "Feature", "geometry": polygon}
    features: dict[str, Any] = {"type": "FeatureCollection", "features": [told, told]}
    path.write_text(json.dumps(features), encoding="utf-8")
    filters = FilterOrder(area=read_area(str(path)), least_observations=1)

    made = prepared(ordered(observations, filters=filters), tmp_path / "series")

    assert list(places(tmp_path / "series")) == ["a", "c"]
    assert left_out(made)["outside the area"] == 3


def square(west: float, east: float) -> list[list[float]]:
    """Return a closed ring over the places' latitude."""
    south, north = 42.0, 42.02
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_when_nothing_is_left_the_refusal_says_what_took_it(
    observations: Path, tmp_path: Path
) -> None:
    table = codes_of(("elsewhere", 2021, 1))
    labels = write_labels(tmp_path / "labels.parquet", table)

    with pytest.raises(LibraryError, match=r"found none: .*5 places no label"):
        prepared(ordered(observations, str(labels)), tmp_path / "series")

    assert not list(tmp_path.glob("*series*"))


@pytest.mark.parametrize(
    ("table", "evidence"),
    [
        (pa.table({"place": ["a"], "year": [2021]}), "code or name"),
        (codes_of(("a", 2021, 1), ("a", 2021, 5)), "one label for a place and year"),
        (
            pa.table({"place": ["a"], "year": [2021], "name": ["Triffids"]}),
            "Triffids",
        ),
    ],
)
def test_a_table_of_labels_that_cannot_be_told_is_refused(
    observations: Path, tmp_path: Path, table: pa.Table, evidence: str
) -> None:
    labels = write_labels(tmp_path / "labels.parquet", table)

    with pytest.raises(LibraryError, match=evidence):
        prepared(ordered(observations, str(labels)), tmp_path / "series")

    assert not list(tmp_path.glob("*series*"))
