"""Labels from a raster of codes in any projection, such as the Cropland Data Layer.

A place gets the code of the pixel that it lies in. How pure it is, is the share of the
three by three pixels around it, as far as they lie in the raster, with the same code.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.errors import LibraryError

WGS84 = "EPSG:4326"
OUTSIDE = -1
_WINDOW = 3
_MOST_CODE = 32_767
_MOST_PIXELS = 64_000_000
"""What is read of a raster at once; places of a part usually lie close together."""


class LabelRaster:
    """Codes on a grid; opened once and asked for many places."""

    def __init__(self, path: Path) -> None:
        """Open the raster, or refuse what could not be placed on the map."""
        import rasterio  # noqa: PLC0415 - only those who have rasters need it

        try:
            self._raster: Any = rasterio.open(path)
        except rasterio.errors.RasterioIOError as error:
            raise LibraryError(
                f"expected a raster of codes at {path}, could not read it ({error}); "
                "bring it as GeoTIFF"
            ) from error
        self._path = path
        if self._raster.crs is None:
            raise LibraryError(
                f"expected a raster with its projection, found none in {path}; add it, "
                "for instance with gdal_edit.py -a_srs"
            )
        if not np.issubdtype(np.dtype(self._raster.dtypes[0]), np.integer):
            raise LibraryError(
                f"expected a raster of whole codes, found {self._raster.dtypes[0]} in "
                f"{path}; export the codes, not their colours or shares"
            )

    def sample(
        self, longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]
    ) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
        """Return each place's code, `OUTSIDE` beyond the raster, and its purity."""
        from rasterio.warp import transform  # noqa: PLC0415 - as above

        x, y = transform(WGS84, self._raster.crs, longitudes, latitudes)
        inverse = ~self._raster.transform
        columns, rows = inverse * (np.asarray(x), np.asarray(y))
        finite = np.isfinite(columns) & np.isfinite(rows)
        within = finite & (rows >= 0) & (columns >= 0)
        within &= (rows < self._raster.height) & (columns < self._raster.width)
        codes = np.full(len(longitudes), OUTSIDE, dtype=np.int16)
        purity = np.zeros(len(longitudes), dtype=np.float32)
        if within.any():
            at = rows[within].astype(np.intp), columns[within].astype(np.intp)
            codes[within], purity[within] = self._around(*at)
        return codes, purity

    def close(self) -> None:
        """Let go of the file."""
        self._raster.close()

    def _around(
        self, rows: NDArray[np.intp], columns: NDArray[np.intp]
    ) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
        """Return codes and purities of pixels; far ones are read window by window."""
        span = int(np.ptp(rows) + _WINDOW) * int(np.ptp(columns) + _WINDOW)
        if span <= _MOST_PIXELS:
            return self._window(rows, columns)
        axis = rows if np.ptp(rows) >= np.ptp(columns) else columns
        low = axis <= (int(axis.min()) + int(axis.max())) // 2
        codes = np.empty(len(rows), dtype=np.int16)
        purity = np.empty(len(rows), dtype=np.float32)
        for half in (low, ~low):
            codes[half], purity[half] = self._around(rows[half], columns[half])
        return codes, purity

    def _window(
        self, rows: NDArray[np.intp], columns: NDArray[np.intp]
    ) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
        from rasterio.windows import Window  # noqa: PLC0415 - as above

        top, left = int(rows.min()) - 1, int(columns.min()) - 1
        height = int(rows.max()) - top + 2
        width = int(columns.max()) - left + 2
        read = self._raster.read(
            1, window=Window(left, top, width, height), boundless=True, masked=True
        ).astype(np.int64)
        found = read.filled(0)
        self._check(found)
        lies = self._lies(top, left, found.shape)
        same = np.zeros(len(rows))
        around = np.zeros(len(rows))
        middle = found[rows - top, columns - left]
        for down in range(-1, 2):
            for right in range(-1, 2):
                at = rows - top + down, columns - left + right
                same += (found[at] == middle) & lies[at]
                around += lies[at]
        return middle.astype(np.int16), (same / around).astype(np.float32)

    def _lies(self, top: int, left: int, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return which pixels of a window lie in the raster."""
        rows = top + np.arange(shape[0])[:, None]
        columns = left + np.arange(shape[1])[None, :]
        found: NDArray[np.bool_] = (rows >= 0) & (columns >= 0)
        found &= (rows < self._raster.height) & (columns < self._raster.width)
        return found

    def _check(self, found: NDArray[np.int64]) -> None:
        if found.size and (found.min() < 0 or found.max() > _MOST_CODE):
            raise LibraryError(
                f"expected codes from 0 to {_MOST_CODE}, found {found.min()} to "
                f"{found.max()} in {self._path}; bring the codes, or set its nodata"
            )
