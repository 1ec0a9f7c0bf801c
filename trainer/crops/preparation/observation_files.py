"""Where observations lie: Parquet files on disk or S3, grouped so that parts are small.

A folder may be partitioned as `box=.../year=...`. All files of a box are prepared
together, since a place lies in one box; small boxes share a part. Without boxes in its
paths a folder is one part, and the engine spills to disk where memory is short.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from trainer.crops.preparation.observation_columns import BOX_NAMES
from trainer.errors import LibraryError

S3 = "s3://"
ENDPOINT = "AWS_ENDPOINT_URL"
"""Names a store that speaks S3 and is not Amazon's."""

_HIDDEN = (".", "_")


@dataclass(frozen=True)
class ObservationFile:
    """One Parquet file, and how large it is."""

    path: str
    size: int

    @property
    def keys(self) -> dict[str, str]:
        """What the folders that it lies in say, such as a box and a year."""
        parts = PurePosixPath(self.path).parent.parts
        return dict(part.split("=", 1) for part in parts if "=" in part)


@dataclass(frozen=True, eq=False)
class ObservationFiles:
    """Some Parquet files of one place.

    Attributes:
        root: As the user named it.
        filesystem: How they are read.
        files: Which ones.
    """

    root: str
    filesystem: Any
    files: tuple[ObservationFile, ...]

    @property
    def is_local(self) -> bool:
        """Whether they lie on this machine's disk."""
        return not self.root.startswith(S3)

    @property
    def paths(self) -> list[str]:
        """The path of each."""
        return [one.path for one in self.files]

    def dataset(self) -> ds.Dataset:
        """Return them as one table that is read in pieces."""
        keys = sorted({key for one in self.files for key in one.keys})
        hive = ds.HivePartitioning(pa.schema([(key, pa.string()) for key in keys]))
        return ds.dataset(
            self.paths,
            format="parquet",
            filesystem=self.filesystem,
            partitioning=hive if keys else None,
            partition_base_dir=_base(self.root) if keys else None,
        )

    def first_rows(self, columns: list[str]) -> pa.Table:
        """Read the first row group of the first, the middle and the last file."""
        ends = {0, len(self.files) // 2, len(self.files) - 1}
        return pa.concat_tables(
            [self._first_rows(self.files[one].path, columns) for one in sorted(ends)],
            promote_options="permissive",
        )

    def _first_rows(self, path: str, columns: list[str]) -> pa.Table:
        with pq.ParquetFile(path, filesystem=self.filesystem) as file:
            return file.read_row_group(0, columns=columns)


def find_observations(root: str) -> ObservationFiles:
    """List the Parquet files below `root`, or refuse."""
    filesystem, base = _opened(root)
    try:
        found = filesystem.get_file_info(base)
        if found.type == pafs.FileType.Directory:
            below = pafs.FileSelector(base, recursive=True)
            listed = [one for one in filesystem.get_file_info(below) if _is_wanted(one)]
        else:
            listed = [found] if found.type == pafs.FileType.File else []
    except OSError as error:
        raise LibraryError(
            f"expected observations at {root}, could not look there ({error}); check "
            "the path, and for S3 the AWS_ variables"
        ) from error
    if not listed:
        raise LibraryError(
            f"expected Parquet files of observations at {root}, found none; name a "
            "file, or a folder such as observations/box=.../year=..."
        )
    files = [ObservationFile(one.path, one.size) for one in listed]
    return ObservationFiles(root, filesystem, tuple(sorted(files, key=_path)))


def check_files(files: ObservationFiles) -> list[str]:
    """Return the columns that all files have; refuse one that cannot be read."""
    first: set[str] = set()
    names: list[str] = []
    for one in files.files:
        schema = _schema(files, one.path)
        if not names:
            names, first = schema.names, set(schema.names)
        if set(schema.names) != first:
            odd = sorted(first ^ set(schema.names))
            raise LibraryError(
                f"expected the same columns in all files, found {', '.join(odd[:5])} "
                f"in some only, as in {one.path}; prepare such files apart"
            )
    keys = {key for one in files.files for key in one.keys}
    return [*names, *sorted(keys - first)]


def in_parts(
    files: ObservationFiles, most_bytes: int
) -> list[tuple[ObservationFile, ...]]:
    """Group files so that boxes stay whole and parts are not above `most_bytes`."""
    boxes = [tuple(group) for _, group in groupby(_by_box(files), key=_box)]
    parts: list[tuple[ObservationFile, ...]] = []
    for box in boxes:
        if parts and _size(parts[-1]) + _size(box) <= most_bytes:
            parts[-1] += box
        else:
            parts.append(box)
    return parts


def _by_box(files: ObservationFiles) -> list[ObservationFile]:
    return sorted(files.files, key=lambda one: (_box(one), one.path))


def _box(file: ObservationFile) -> str:
    """Return the box that a file's folders name; nothing where they name none."""
    keys = {key.lower(): value for key, value in file.keys.items()}
    return next((keys[name] for name in BOX_NAMES if name in keys), "")


def _size(files: Iterable[ObservationFile]) -> int:
    return sum(one.size for one in files)


def _path(file: ObservationFile) -> str:
    return file.path


def _opened(root: str) -> tuple[Any, str]:
    if not root.startswith(S3):
        return pafs.LocalFileSystem(), str(Path(root))
    try:
        if endpoint := os.environ.get(ENDPOINT):
            own = urlsplit(endpoint)
            opened = pafs.S3FileSystem(endpoint_override=own.netloc, scheme=own.scheme)
            return opened, _base(root)
        filesystem, base = pafs.FileSystem.from_uri(root)
    except (OSError, pa.ArrowInvalid) as error:
        raise LibraryError(
            f"expected a bucket and path such as s3://bucket/observations, found "
            f"{root} ({error}); correct it"
        ) from error
    return filesystem, base


def _base(root: str) -> str:
    return root.removeprefix(S3) if root.startswith(S3) else str(Path(root))


def _is_wanted(found: Any) -> bool:  # noqa: ANN401 - pyarrow ships no types
    name = PurePosixPath(found.path).name
    is_file = found.type == pafs.FileType.File
    return is_file and name.endswith(".parquet") and not name.startswith(_HIDDEN)


def _schema(files: ObservationFiles, path: str) -> pa.Schema:
    try:
        return pq.read_schema(path, filesystem=files.filesystem)
    except (OSError, pa.ArrowException) as error:
        raise LibraryError(
            f"expected Parquet in {path}, could not read it ({error}); write that "
            "file again"
        ) from error
