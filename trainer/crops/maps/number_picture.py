"""Numbers of pixels as a picture, which is what a page without a network can hold.

A PNG keeps bytes exactly and small; the page reads them back from a canvas.
"""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BITS, TRUE_COLOUR = 8, 2
NO_FILTER = 0
SMALLEST = 9


def picture_of(bands: NDArray[np.uint8]) -> str:
    """Return three bands of bytes [row, column, band] as a data URL."""
    png = base64.b64encode(png_of(bands)).decode()
    return f"data:image/png;base64,{png}"


def png_of(bands: NDArray[np.uint8]) -> bytes:
    """Return three bands of bytes as a PNG."""
    height, width, _ = bands.shape
    lines = np.full((height, 1 + 3 * width), NO_FILTER, np.uint8)
    lines[:, 1:] = bands.reshape(height, 3 * width)
    head = struct.pack(">IIBBBBB", width, height, BITS, TRUE_COLOUR, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"IDAT", zlib.compress(lines.tobytes(), SMALLEST)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    checked = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + checked
