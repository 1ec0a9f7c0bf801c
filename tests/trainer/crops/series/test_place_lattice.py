"""Places lie on their raster again, wherever it was projected."""

import numpy as np
import pytest
from rasterio.warp import transform

from trainer.crops.series.place_lattice import DEGREES, find_lattice
from trainer.errors import LibraryError

RANDOM = np.random.default_rng(0)
HEIGHT, WIDTH = 60, 90


def seen_from(crs: str, west: float, north: float) -> tuple[np.ndarray, np.ndarray]:
    """Return longitudes and latitudes of a raster of 10 m, as a table keeps them."""
    east, up = np.meshgrid(
        west + 5 + 10 * np.arange(WIDTH), north - 5 - 10 * np.arange(HEIGHT)
    )
    longitudes, latitudes = transform(crs, DEGREES, east.ravel(), up.ravel())
    return np.round(longitudes, 7), np.round(latitudes, 7)


@pytest.mark.parametrize(
    ("crs", "west"),
    [("EPSG:32615", 450_000), ("EPSG:32615", 250_000), ("EPSG:32733", 700_000)],
)
def test_raster_is_found_again_from_half_of_its_places(crs: str, west: float) -> None:
    longitudes, latitudes = seen_from(crs, west, 4_650_000)
    kept = np.sort(RANDOM.choice(len(longitudes), len(longitudes) // 2, replace=False))

    lattice = find_lattice(longitudes[kept], latitudes[kept])

    assert lattice is not None
    assert (lattice.crs, lattice.step_x, lattice.step_y) == (crs, 10, 10)
    assert (lattice.height, lattice.width) == (HEIGHT, WIDTH)
    assert lattice.pixels.tolist() == kept.tolist()
    assert lattice.west == pytest.approx(west, abs=0.05)
    assert lattice.north == pytest.approx(4_650_000, abs=0.05)
    assert lattice.pixel_hectares(42.0) == pytest.approx(0.01)


def test_wide_raster_is_found_though_coordinates_were_rounded() -> None:
    east, north = np.meshgrid(
        200_000 + 20.0 * np.arange(6000), 5e6 - 20 * np.arange(60)
    )
    longitudes, latitudes = transform(
        "EPSG:32632", DEGREES, east.ravel(), north.ravel()
    )

    lattice = find_lattice(np.round(longitudes, 5), np.round(latitudes, 5))

    assert lattice is not None
    assert (lattice.height, lattice.width) == (60, 6000)
    assert lattice.pixels.tolist() == list(range(360_000))


def test_raster_in_degrees_is_one_too() -> None:
    longitudes, latitudes = np.meshgrid(
        11 + 0.0002 * np.arange(WIDTH), 48 - 0.0001 * np.arange(HEIGHT)
    )

    lattice = find_lattice(longitudes.ravel(), latitudes.ravel())

    assert lattice is not None
    assert lattice.crs == DEGREES
    assert lattice.pixels.tolist() == list(range(HEIGHT * WIDTH))
    assert lattice.pixel_hectares(48.0) == pytest.approx(0.0166, abs=0.0001)


def test_scattered_places_lie_on_no_raster() -> None:
    longitudes = RANDOM.uniform(-100, -60, 3000)

    assert find_lattice(longitudes, RANDOM.uniform(45, 55, 3000)) is None
    assert find_lattice(longitudes[:3], longitudes[:3] / 2) is None


def test_places_without_coordinates_are_refused() -> None:
    longitudes = np.full(10, np.nan)

    with pytest.raises(LibraryError, match="10 places without"):
        find_lattice(longitudes, longitudes)
