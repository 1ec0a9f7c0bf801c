"""The farms of a folder: one table or one imported library each, at any depth.

A farm is named after its file, in the letters that topics and certificates allow. Two
files that would come to one name are told apart by their place.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from protocols.identifiers import NAME_PATTERN
from trainer.errors import WorkspaceError
from trainer.library.storage.library_manifest import MANIFEST_FILE

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")
LONGEST_NAME = 20
HASH_LETTERS = 6
NAMELESS = "farm"


@dataclass(frozen=True)
class FarmSource:
    """One farm of the folder.

    Attributes:
        farm: The name that its package gets.
        place: Where its soils are, relative to the folder.
        path: Where they are.
        size: Of the table in bytes; farms of one size are likely of one shape.
    """

    farm: str
    place: str
    path: Path
    size: int


def farms_of(folder: Path) -> tuple[FarmSource, ...]:
    """Return every farm of a folder, the smallest table first; refuse none at all."""
    if not folder.is_dir():
        raise WorkspaceError(f"expected a folder of farms at {folder}, found none")
    paths = sorted(_sources(folder))
    if not paths:
        raise WorkspaceError(
            f"expected farms as tables ({', '.join(SUFFIXES)}) or imported libraries "
            f"in {folder}, found none"
        )
    places = [path.relative_to(folder) for path in paths]
    names = [farm_name(place) for place in places]
    shared = {name for name, count in Counter(names).items() if count > 1}
    found = (
        FarmSource(
            farm=_apart(place) if name in shared else name,
            place=place.as_posix(),
            path=path,
            size=_size_of(path),
        )
        for path, place, name in zip(paths, places, names, strict=True)
    )
    return tuple(sorted(found, key=lambda one: (one.size, one.place)))


def farm_name(place: PurePath) -> str:
    """Return the name of a farm whose soils lie at `place`."""
    name = _letters(place)
    is_name = bool(re.fullmatch(NAME_PATTERN, name))
    return name if is_name else _apart(place)


def digest_of_source(path: Path) -> str:
    """Return the sha256 of what a farm's soils are read from."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    if (folder / MANIFEST_FILE).is_file():
        yield folder
        return
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _sources(path)
        elif path.suffix.lower() in SUFFIXES:
            yield path


def _size_of(path: Path) -> int:
    if path.is_dir():
        return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    return path.stat().st_size


def _letters(place: PurePath) -> str:
    text = "-".join(place.with_suffix("").parts).lower()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-") or NAMELESS


def _apart(place: PurePath) -> str:
    """Return a name that no other place has."""
    mark = hashlib.sha256(place.as_posix().encode()).hexdigest()[:HASH_LETTERS]
    start = _letters(place)[: LONGEST_NAME - HASH_LETTERS - 1].strip("-")
    return f"{start}-{mark}"
