"""An array on disk that grows by rows, and is a plain `.npy` file at its end.

Rows are written through a mapping of the part that is new: nothing is held in memory
but what the kernel keeps of the file. Until `finish` the file has no header: a writing
that was stopped leaves nothing that looks whole.
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

HEADER_BYTES = 128
_PREFIX_BYTES = 10


@dataclass(frozen=True)
class GrowingArray:
    """Rows of one shape, one after another.

    Attributes:
        path: The file.
        dtype: Of the numbers.
        row_shape: Of one row.
    """

    path: Path
    dtype: DTypeLike
    row_shape: tuple[int, ...]

    def rows(self, start: int, count: int) -> NDArray[Any]:
        """Map `count` rows after the first `start`, zero; what lay behind is gone."""
        row_bytes = int(np.prod(self.row_shape)) * np.dtype(self.dtype).itemsize
        begin = HEADER_BYTES + start * row_bytes
        with self.path.open("ab") as file:
            file.truncate(begin)
            file.truncate(begin + count * row_bytes)
        shape = (count, *self.row_shape)
        if count == 0:
            return np.zeros(shape, dtype=self.dtype)
        return np.memmap(self.path, self.dtype, "r+", begin, shape)

    def finish(self, count: int) -> None:
        """Write the header, and wait until all of it is on the disk."""
        described = (
            f"{{'descr': {np.dtype(self.dtype).str!r}, 'fortran_order': False, "
            f"'shape': {(count, *self.row_shape)}, }}"
        )
        room = HEADER_BYTES - _PREFIX_BYTES
        header = described.ljust(room - 1).encode("ascii") + b"\n"
        self.rows(count, 0)
        with self.path.open("r+b") as file:
            file.write(np.lib.format.magic(1, 0) + struct.pack("<H", room) + header)
            file.flush()
            os.fsync(file.fileno())
