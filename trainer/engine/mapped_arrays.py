"""A record kept on disk so that many processes map its large arrays and copy none.

Who writes into a mapped array changes its own pages alone, as if it had a copy.
Everything else in it is pickled; only this program's own processes ever read it.
"""

import pickle
from pathlib import Path
from typing import Any

import numpy as np

RECORD = "record.pickle"
LEAST_BYTES = 65_536
"""Smaller arrays are copied sooner than mapped."""


def keep_mapped(record: object, folder: Path) -> None:
    """Write `record` into an empty folder."""
    with (folder / RECORD).open("wb") as file:
        _Keeper(file, folder).dump(record)


def load_mapped(folder: Path) -> Any:  # noqa: ANN401 - whatever was kept
    """Return what was kept; its large arrays are mapped."""
    with (folder / RECORD).open("rb") as file:
        return _Loader(file, folder).load()


class _Keeper(pickle.Pickler):
    def __init__(self, file: Any, folder: Path) -> None:  # noqa: ANN401 - a file
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._folder = folder
        self._kept: dict[int, tuple[str, object]] = {}

    def persistent_id(self, obj: Any) -> str | None:  # noqa: ANN401 - whatever a record holds
        if not _is_large(obj):
            return None
        if id(obj) not in self._kept:
            name = f"array-{len(self._kept)}.npy"
            np.save(self._folder / name, obj)
            # Held until all is written, so that no other array gets its id.
            self._kept[id(obj)] = name, obj
        return self._kept[id(obj)][0]


class _Loader(pickle.Unpickler):
    def __init__(self, file: Any, folder: Path) -> None:  # noqa: ANN401 - a file
        super().__init__(file)
        self._folder = folder

    def persistent_load(self, pid: str) -> Any:  # noqa: ANN401 - any array
        return np.asarray(np.load(self._folder / pid, mmap_mode="c"))


def _is_large(found: object) -> bool:
    is_array = type(found) in (np.ndarray, np.memmap)
    return (
        is_array
        and isinstance(found, np.ndarray)
        and not found.dtype.hasobject
        and found.nbytes >= LEAST_BYTES
    )
