"""A map is what the predictions say, in rasters, tables and on the page."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rasterio
from rasterio.warp import transform
from rasterio.windows import Window

from tests.trainer.crops.made_series import LEGEND, MadeOrder, made_series, made_teller
from tests.trainer.crops.maps.headless_browser import shown_by_browser, text_of
from trainer.crops.fields.answer_region import answer_region
from trainer.crops.maps.map_order import RegionFields, read_region_fields
from trainer.crops.maps.write_map import MapOrder, WrittenMap, write_map
from trainer.crops.prediction.predict_series import predict_series
from trainer.crops.prediction.prediction_folder import PredictionFolder
from trainer.crops.prediction.prediction_order import PredictionOrder, manifest_of
from trainer.crops.series.series_set import SeriesSet
from trainer.errors import LibraryError

WEST_M, NORTH_M, PIXEL_M = 500_000, 5_300_000, 20
CRS = "EPSG:32632"
DAYS = (150, 200, 299)


def on_utm(series: SeriesSet) -> SeriesSet:
    """Lay the made landscape on a raster of UTM, and leave some pixels out."""
    side = int(np.sqrt(len(series)))
    rows, columns = np.divmod(np.arange(len(series)), side)
    east = WEST_M + PIXEL_M * (columns + 0.5)
    north = NORTH_M - PIXEL_M * (rows + 0.5)
    longitudes, latitudes = transform(CRS, "EPSG:4326", east, north)
    places = replace(
        series.places,
        longitudes=np.array(longitudes),
        latitudes=np.array(latitudes),
    )
    moved = replace(series, places=places)
    return moved.take(np.flatnonzero(np.arange(len(series)) % 17 != 3))


def predicted(series: SeriesSet, path: Path) -> PredictionFolder:
    teller = made_teller()
    order = PredictionOrder(days=DAYS, places_a_part=200)
    folder = PredictionFolder.begin(path, manifest_of(order, series, path.name, teller))
    predict_series(series, teller, folder, lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def series() -> SeriesSet:
    return on_utm(made_series(MadeOrder(fields_across=5)))


@pytest.fixture(scope="module")
def asked(
    series: SeriesSet, tmp_path_factory: pytest.TempPathFactory
) -> PredictionFolder:
    return predicted(series, tmp_path_factory.mktemp("asked") / "asked")


@pytest.fixture(scope="module")
def fields(
    asked: PredictionFolder, tmp_path_factory: pytest.TempPathFactory
) -> RegionFields:
    folder = tmp_path_factory.mktemp("fields")
    held = predicted(made_series(MadeOrder(seed=9, fields_across=8)), folder / "held")
    answer_region(asked, held, folder / "fields", lambda *_: None)
    return read_region_fields(folder / "fields", asked)


@pytest.fixture(scope="module")
def written(
    asked: PredictionFolder,
    fields: RegionFields,
    tmp_path_factory: pytest.TempPathFactory,
) -> WrittenMap:
    folder = tmp_path_factory.mktemp("map") / "map"
    order = MapOrder(asked, fields, title="Made <land> & fields")
    return write_map(order, folder, lambda *_: None)


def test_raster_holds_each_place_where_it_lies(
    written: WrittenMap, asked: PredictionFolder, series: SeriesSet
) -> None:
    told = asked.on_day(200, ["crop", "probability", "novelty"])
    crops = told["crop"].cast(pa.string()).to_pylist()
    east, north = transform(
        "EPSG:4326", CRS, series.places.longitudes, series.places.latitudes
    )

    with (
        rasterio.open(written.rasters[2]) as classes,
        rasterio.open(written.rasters[3]) as certainty,
    ):
        assert classes.crs.to_string() == CRS
        assert classes.res == (PIXEL_M, PIXEL_M)
        found = [int(one[0]) for one in classes.sample(zip(east, north, strict=True))]
        sure = np.array(list(certainty.sample(zip(east, north, strict=True))))

    assert [LEGEND[one - 1] for one in found] == crops
    np.testing.assert_array_equal(sure[:, 0], told["probability"].to_numpy())
    np.testing.assert_array_equal(sure[:, 1], told["novelty"].to_numpy())


def test_raster_has_colours_and_says_what_is_nothing(written: WrittenMap) -> None:
    with rasterio.open(written.rasters[0]) as classes:
        colours = classes.colormap(1)
        tags = classes.tags(1)
        raster = classes.read(1)
        assert classes.nodata == 0
    with rasterio.open(written.rasters[1]) as certainty:
        assert certainty.descriptions == ("probability", "novelty")
        hole = certainty.read(1, window=Window(3, 0, 1, 1))

    assert len({colours[one] for one in (1, 2, 3)}) == 3
    assert [tags[f"class_{one}"] for one in (1, 2, 3)] == list(LEGEND)
    assert raster[0, 3] == 0
    assert np.isnan(hole).all()


def test_tables_are_geoparquet(written: WrittenMap, series: SeriesSet) -> None:
    places, outlines = written.tables

    for path, kind in ((places, "Point"), (outlines, "MultiPolygon")):
        geo = json.loads(pq.read_metadata(path).metadata[b"geo"])
        column = geo["columns"][geo["primary_column"]]
        assert geo["version"] == "1.1.0"
        assert (column["encoding"], column["geometry_types"]) == ("WKB", [kind])
        west, south, east, north = column["bbox"]
        assert west <= series.places.longitudes.min()
        assert east >= series.places.longitudes.max()
        assert south <= series.places.latitudes.min() < north
        schema = pq.read_schema(path)
        assert schema.field(geo["primary_column"]).type == pa.binary()


def test_points_are_where_places_are(written: WrittenMap, series: SeriesSet) -> None:
    table = pq.read_table(written.tables[0])

    first = table["geometry"][0].as_py()
    order, kind = first[0], int.from_bytes(first[1:5], "little")
    x, y = np.frombuffer(first[5:], "<f8")
    assert (order, kind) == (1, 1)
    assert (x, y) == (series.places.longitudes[0], series.places.latitudes[0])
    assert len(table) == len(series) * len(DAYS)


def test_outline_of_a_field_has_the_area_of_its_pixels(
    written: WrittenMap, series: SeriesSet
) -> None:
    table = pq.read_table(written.tables[1])
    pixels = int((series.places.fields == "field-7").sum())
    row = table["field"].to_pylist().index("field-7")

    shape = table["geometry"][row].as_py()

    assert table["pixels"][row].as_py() == pixels
    assert area_of(shape) == pytest.approx(pixels * PIXEL_M**2, rel=1e-3)


def area_of(shape: bytes) -> float:
    """Return the square metres of polygons in well-known binary."""
    area, at = 0.0, 9
    for _ in range(int.from_bytes(shape[5:9], "little")):
        rings = int.from_bytes(shape[at + 5 : at + 9], "little")
        at += 9
        for _ in range(rings):
            count = int.from_bytes(shape[at : at + 4], "little")
            corners = np.frombuffer(shape[at + 4 : at + 4 + 16 * count], "<f8")
            x, y = map(np.array, transform("EPSG:4326", CRS, *corners.reshape(-1, 2).T))
            area -= float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)
            at += 4 + 16 * count
    return abs(area)


def test_page_asks_nothing_of_a_network(written: WrittenMap) -> None:
    page = written.page.read_text()

    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "Made &lt;land&gt; &amp; fields" in page


def test_browser_shows_the_answer_of_the_field_and_date_asked_for(
    written: WrittenMap, fields: RegionFields
) -> None:
    rows = fields.table.to_pylist()
    one = next(row for row in rows if row["field"] == "field-7" and row["day"] == 200)

    html = shown_by_browser(written.page, "date=07-20&field=field-7")

    assert 'data-ready="yes"' in html
    answer = text_of(html, "answer")
    assert answer.startswith(f"field-7 {one['crop']}")
    assert f"({round(100 * one['low'])} % to {round(100 * one['high'])} %)" in answer
    assert text_of(html, "when") == "07-20"
    assert text_of(html, "how").startswith("Area, hectares")
    legend = text_of(html, "legend")
    areas = next(each for each in fields.record.dates if each.day == 200).areas
    assert areas is not None
    assert all(f"{each.crop} {each.area_ha:.1f}" in legend for each in areas)


def test_browser_shows_the_season_s_end_when_nothing_is_asked(
    written: WrittenMap,
) -> None:
    html = shown_by_browser(written.page)

    assert text_of(html, "when") == "10-27"
    assert text_of(html, "answer") == "Click a field on the map."


def test_scattered_places_are_dots_and_no_raster(tmp_path: Path) -> None:
    scattered = made_series(MadeOrder(fields_across=3))
    random = np.random.default_rng(0)
    places = replace(
        scattered.places,
        longitudes=random.uniform(-110, -60, len(scattered)),
        latitudes=random.uniform(45, 55, len(scattered)),
    )
    folder = predicted(replace(scattered, places=places), tmp_path / "told")

    written = write_map(MapOrder(folder), tmp_path / "map", lambda *_: None)

    assert written.rasters == ()
    assert written.crs is None
    assert "Places are scattered" in written.page.read_text()
    html = shown_by_browser(written.page)
    assert text_of(html, "how") == "Share of places told"


def test_places_of_two_years_need_to_be_told_apart(tmp_path: Path) -> None:
    series = made_series(MadeOrder(fields_across=2))
    years = np.where(np.arange(len(series)) % 2, 2022, 2023).astype(np.int16)
    two = replace(series, places=replace(series.places, years=years))
    folder = predicted(two, tmp_path / "told")

    with pytest.raises(LibraryError, match="found 2022, 2023; say one with --year"):
        write_map(MapOrder(folder), tmp_path / "map", lambda *_: None)

    assert not (tmp_path / "map").exists()
    written = write_map(MapOrder(folder, year=2022), tmp_path / "m", lambda *_: None)
    assert written.places == len(series) // 2


def test_fields_of_other_predictions_are_refused(
    fields: RegionFields, tmp_path: Path
) -> None:
    del fields
    series = made_series(MadeOrder(fields_across=4))
    one, two = (predicted(series, tmp_path / name) for name in ("one", "two"))
    answer_region(one, one, tmp_path / "fields", lambda *_: None)

    with pytest.raises(LibraryError, match="answer the fields again"):
        read_region_fields(tmp_path / "fields", two)
