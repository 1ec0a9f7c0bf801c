"""Signed metadata as files: read the present versions, write the next ones.

What is present is told by `timestamp.json` alone: it names the snapshot, which names
the rest. Files of a publication that was cut short lie about unreferenced until the
next one replaces them. One writer at a time; readers need no lock.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tuf.api.exceptions import RepositoryError as TufError
from tuf.api.metadata import (  # type: ignore[attr-defined]  # public, though tuf does not mark its re-exports
    Metadata,
    Root,
    Signed,
    Snapshot,
    SuccinctRoles,
    Targets,
    Timestamp,
)
from tuf.api.serialization import DeserializationError

from trainer.durable_files import PRIVATE, write_all_durably
from trainer.errors import RepositoryError
from trainer.publishing.signing_keys import BINS, SigningKeys

Role = TypeVar("Role", Root, Timestamp, Snapshot, Targets)

BIN_LAYOUT = SuccinctRoles([], 1, bit_length=8, name_prefix="farms")
"""256 bins, so that a publication rewrites a small file and not the list of all."""

VALIDITY = {
    "root": timedelta(days=365),
    "targets": timedelta(days=180),
    BINS: timedelta(days=90),
    "snapshot": timedelta(days=30),
    "timestamp": timedelta(days=7),
}
RENEW_BELOW = 0.5
"""The share of its validity from which on metadata is signed anew."""


def expiry_of(role: str, now: datetime) -> datetime:
    """Return until when metadata signed now is valid."""
    return (now + VALIDITY[role]).replace(microsecond=0)


def role_of(name: str) -> str:
    """Return whose key signs the metadata called `name`."""
    return BINS if name.startswith(BIN_LAYOUT.name_prefix) else name


def needs_renewal(signed: Signed, role: str, now: datetime) -> bool:
    """Tell whether less than half of its validity is left."""
    return signed.expires - now < VALIDITY[role] * RENEW_BELOW


class MetadataFolder:
    """The `metadata/` folder of a repository, and the keys that sign it."""

    def __init__(self, folder: Path, keys: SigningKeys) -> None:
        """Open the folder; nothing is read yet."""
        self.path = folder
        self._keys = keys

    @property
    def exists(self) -> bool:
        """Whether a repository was made here."""
        return (self.path / "timestamp.json").exists()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other writer out, in this process or another."""
        path = self.path.parent / ".lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def root(self) -> Metadata[Root]:
        """Return the newest root."""
        versions = (
            int(path.name.partition(".")[0]) for path in self.path.glob("*.root.json")
        )
        return self._read(Root, f"{max(versions, default=1)}.root.json")

    def timestamp(self) -> Metadata[Timestamp]:
        """Return the present timestamp."""
        return self._read(Timestamp, "timestamp.json")

    def snapshot(self) -> Metadata[Snapshot]:
        """Return the snapshot that the present timestamp names."""
        version = self.timestamp().signed.snapshot_meta.version
        return self._read(Snapshot, f"{version}.snapshot.json")

    def listed(self, name: str, snapshot: Snapshot) -> Metadata[Targets]:
        """Return targets or a bin as `snapshot` names it."""
        return self._read(
            Targets, f"{snapshot.meta[f'{name}.json'].version}.{name}.json"
        )

    def sign(self, metadata: Metadata[Role], name: str, now: datetime) -> None:
        """Sign metadata, valid from now on, and put it beside the older versions."""
        self.sign_all({name: metadata}, now)

    def sign_all(self, metadata: Mapping[str, Metadata[Role]], now: datetime) -> None:
        """Sign several at once, which is quicker than one after the other."""
        files: dict[str, bytes] = {}
        for name, one in metadata.items():
            role = role_of(name)
            one.signed.expires = expiry_of(role, now)
            one.sign(self._keys.of(role))
            prefix = "" if name == "timestamp" else f"{one.signed.version}."
            files[f"{prefix}{name}.json"] = one.to_bytes()
        write_all_durably(self.path, files)

    def _read(self, role: type[Role], file: str) -> Metadata[Role]:
        path = self.path / file
        try:
            metadata: Metadata[Role] = Metadata.from_bytes(path.read_bytes())
        except (OSError, DeserializationError, TufError) as error:
            raise RepositoryError(
                f"expected {role.__name__} metadata at {path}: {error}; "
                "restore the folder, or make one with `terroir init`"
            ) from error
        if not isinstance(metadata.signed, role):
            raise RepositoryError(
                f"expected {role.__name__} metadata at {path}, found another role's"
            )
        return metadata


def utc_now() -> datetime:
    """Return the time as TUF writes it, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
