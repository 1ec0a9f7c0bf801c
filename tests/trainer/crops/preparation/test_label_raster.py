"""Codes of a raster in whatever projection, and how pure they are."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rasterio.transform import from_origin
from rasterio.warp import Resampling, calculate_default_transform, reproject

from tests.trainer.crops.preparation.made_observations import write_raster
from trainer.crops.preparation.label_raster import OUTSIDE, LabelRaster
from trainer.errors import LibraryError

CODES = np.array([[1, 1, 5], [1, 1, 5], [5, 5, 5]], dtype=np.uint8)
ALBERS = "EPSG:5070"


def at(
    *pixels: tuple[int, int],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middles of pixels, by row and column."""
    rows, columns = np.array(pixels).T
    return -93.6095 + 0.001 * columns, 42.0095 - 0.001 * rows


def test_a_place_gets_the_code_that_it_lies_in(tmp_path: Path) -> None:
    raster = LabelRaster(write_raster(tmp_path / "codes.tif", CODES))

    codes, _ = raster.sample(*at((0, 0), (0, 2), (2, 0)))

    assert codes.tolist() == [1, 5, 5]


def test_purity_is_the_share_of_the_neighbourhood_that_is_there(tmp_path: Path) -> None:
    raster = LabelRaster(write_raster(tmp_path / "codes.tif", CODES))

    _, purity = raster.sample(*at((1, 1), (0, 0), (2, 2)))

    np.testing.assert_allclose(purity, [4 / 9, 4 / 4, 3 / 4], rtol=1e-6)


def test_a_place_beyond_the_raster_has_no_code(tmp_path: Path) -> None:
    raster = LabelRaster(write_raster(tmp_path / "codes.tif", CODES))

    codes, _ = raster.sample(*at((-1, 0), (0, 3), (1, 1)))

    assert codes.tolist() == [OUTSIDE, OUTSIDE, 1]


def test_another_projection_gives_the_same_codes(tmp_path: Path) -> None:
    fine = np.kron(CODES, np.ones((20, 20), dtype=np.uint8))
    source = from_origin(-93.61, 42.01, 0.00005, 0.00005)
    bounds = (-93.61, 42.01 - 0.003, -93.607, 42.01)
    target, width, height = calculate_default_transform(
        "EPSG:4326", ALBERS, 60, 60, *bounds
    )
    warped = np.zeros((height, width), dtype=np.uint8)
    reproject(
        fine,
        warped,
        src_transform=source,
        src_crs="EPSG:4326",
        dst_transform=target,
        dst_crs=ALBERS,
        resampling=Resampling.nearest,
    )
    path = write_raster(tmp_path / "albers.tif", warped, ALBERS, transform=target)

    codes, _ = LabelRaster(path).sample(*at((0, 0), (0, 2), (1, 1), (2, 1)))

    assert codes.tolist() == [1, 5, 1, 5]


def test_places_far_apart_are_read_in_several_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_raster(tmp_path / "codes.tif", CODES)
    expected = LabelRaster(path).sample(*at((0, 0), (0, 2), (2, 0), (2, 2)))
    monkeypatch.setattr("trainer.crops.preparation.label_raster._MOST_PIXELS", 9)

    found = LabelRaster(path).sample(*at((0, 0), (0, 2), (2, 0), (2, 2)))

    np.testing.assert_array_equal(found, expected)


def test_a_raster_without_a_projection_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "codes.tif", CODES, crs=None)

    with pytest.raises(LibraryError, match="with its projection"):
        LabelRaster(path)


def test_a_raster_of_shares_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "shares.tif", CODES.astype(np.float32))

    with pytest.raises(LibraryError, match="whole codes"):
        LabelRaster(path)


def test_what_is_no_raster_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.tif"
    path.write_text("nothing", encoding="utf-8")

    with pytest.raises(LibraryError, match="could not read it"):
        LabelRaster(path)
