"""The small parts that a map is made of."""

import io

import numpy as np
import pytest
from matplotlib.image import imread

from trainer.crops.maps import page_lattice as page
from trainer.crops.maps.crop_palette import OTHERS, crop_colours, red_green_blue
from trainer.crops.maps.number_picture import png_of
from trainer.crops.maps.page_lattice import page_sheet
from trainer.crops.series.place_lattice import find_lattice

RANDOM = np.random.default_rng(0)


def test_picture_keeps_every_number() -> None:
    bands = RANDOM.integers(0, 256, (31, 17, 3)).astype(np.uint8)

    read = imread(io.BytesIO(png_of(bands)), format="png")

    np.testing.assert_array_equal(np.round(read * 255).astype(np.uint8), bands)


def test_no_two_classes_have_one_colour() -> None:
    legend = ("Corn", "Soybeans", "Potatoes", "Dry beans", "Sugarbeets", "Onions")

    colours = crop_colours(legend)

    assert len(set(colours)) == len(legend)
    assert colours[0] == crop_colours(("maize",))[0]
    assert all(len(red_green_blue(one)) == 3 for one in colours)


def test_more_classes_than_colours_still_are_drawn() -> None:
    legend = tuple(f"class {one}" for one in range(len(OTHERS) + 5))

    assert len(crop_colours(legend)) == len(legend)


def test_page_of_a_large_region_draws_one_pixel_in_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    longitudes, latitudes = np.meshgrid(
        11 + 0.0002 * np.arange(60), 48 - 0.0002 * np.arange(40)
    )
    lattice = find_lattice(longitudes.ravel(), latitudes.ravel())
    assert lattice is not None
    monkeypatch.setattr(page, "MOST_PIXELS", 600)

    small = page.page_lattice(lattice, 48.0)

    assert small.shown.shape == (20, 30)
    assert small.one_in == 4
    assert small.shown[0, 0] == 61
    assert small.metres == pytest.approx(2 * np.sqrt(22.264 * 14.9), rel=0.01)


def test_dots_of_scattered_places_lie_inside_the_sheet() -> None:
    sheet = page_sheet(RANDOM.uniform(-100, -60, 50), RANDOM.uniform(40, 60, 50))

    drawn = set(np.unique(sheet.shown)) - {-1}
    assert len(drawn) > 45
    assert (sheet.shown[0] == -1).all()
    assert (sheet.shown[:, -1] == -1).all()
