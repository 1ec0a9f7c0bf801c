"""What is done of a preparation, so that a stopped one goes on where it was."""

import hashlib
import shutil
from pathlib import Path

import msgspec

from trainer.crops.preparation.observation_files import ObservationFile
from trainer.crops.preparation.preparation_order import PreparationOrder
from trainer.crops.series.series_folder import FilterCount
from trainer.durable_files import write_durably
from trainer.errors import WorkspaceError

STATE_FILE = "state.json"

Parts = list[tuple[ObservationFile, ...]]


class PartRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One part that is done.

    Attributes:
        places: How many rows it wrote.
        counts: What each filter left out.
    """

    places: int
    counts: tuple[FilterCount, ...]


class PreparationState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a preparation is.

    Attributes:
        digest: Of the order and of what there is to read.
        parts: Those that are done, in their order.
    """

    digest: str
    parts: tuple[PartRecord, ...] = ()

    @property
    def places(self) -> int:
        """How many rows are written."""
        return sum(one.places for one in self.parts)

    @property
    def counts(self) -> tuple[FilterCount, ...]:
        """What each filter left out of all parts, in the order of the filters."""
        found: dict[tuple[str, str], FilterCount] = {}
        for one in (count for part in self.parts for count in part.counts):
            known = found.get((one.kind, one.name))
            before = known.left_out if known else 0
            found[one.kind, one.name] = msgspec.structs.replace(
                one, left_out=before + one.left_out
            )
        return tuple(found.values())


def digest_of(order: PreparationOrder, parts: Parts) -> str:
    """Return what changes when the order or the files do."""
    files = [[(one.path, one.size) for one in part] for part in parts]
    return hashlib.sha256(msgspec.json.encode((order, files))).hexdigest()


def check_is_new(into: Path) -> None:
    """Refuse a folder that is there already."""
    if into.exists():
        raise WorkspaceError(
            f"expected a new folder for the series, found {into} there already; "
            "choose another one"
        )


def begin(into: Path, digest: str) -> tuple[Path, PreparationState]:
    """Return the folder of unfinished work, and what is done already."""
    folder = _unfinished(into)
    path = folder / STATE_FILE
    if not path.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_state(folder, PreparationState(digest=digest))
    state = _read(path)
    if state.digest != digest:
        raise WorkspaceError(
            f"expected the same order and files as when {folder} was begun, found "
            "others; remove that folder, or choose another one"
        )
    return folder, state


def clear(into: Path) -> None:
    """Remove unfinished work in which nothing is done."""
    path = _unfinished(into) / STATE_FILE
    if path.exists() and not _read(path).parts:
        shutil.rmtree(path.parent)


def _unfinished(into: Path) -> Path:
    return into.with_name(f".{into.name}.unfinished")


def _read(path: Path) -> PreparationState:
    return msgspec.json.decode(path.read_bytes(), type=PreparationState)


def write_state(folder: Path, state: PreparationState) -> None:
    """Keep what is done."""
    write_durably(folder / STATE_FILE, msgspec.json.encode(state))
