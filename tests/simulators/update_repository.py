"""A real TUF repository in a folder, laid out as the cloud publishes it.

Consistent snapshots and succinct hash bins. It can be made to misbehave; every method
that does says so in its name.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import (  # type: ignore[attr-defined]  # public, though not marked
    CryptoSigner,
    Signer,
)
from tuf.api.metadata import (  # type: ignore[attr-defined]  # public, though not marked
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

BITS = 2
PREFIX = "farms"
LIFE = timedelta(days=2)
ROLES = ("root", "timestamp", "snapshot", "targets")


class UpdateRepository:
    """Signs with one key for all roles, which is enough to test a client."""

    def __init__(self, folder: Path) -> None:
        self.metadata_folder = folder / "metadata"
        self.targets_folder = folder / "targets"
        self.metadata_folder.mkdir(parents=True)
        self.targets_folder.mkdir()
        self._signer: Signer = CryptoSigner.generate_ed25519()
        self._foreign_signer: Signer = CryptoSigner.generate_ed25519()
        self._roles = SuccinctRoles([], 1, BITS, PREFIX)
        self._root = Root(consistent_snapshot=True, expires=_later())
        self._targets = Targets(expires=_later())
        self._bins = {
            name: Targets(expires=_later()) for name in self._roles.get_roles()
        }
        self._snapshot = Snapshot(expires=_later())
        self._timestamp = Timestamp(expires=_later())
        self._agree_on_keys()
        self._write_everything()

    @property
    def root_bytes(self) -> bytes:
        """The root that a device is enrolled with."""
        return (self.metadata_folder / "1.root.json").read_bytes()

    def publish(
        self,
        package: bytes,
        farm: str = "acme/home-farm",
        name: str = "model.terroir",
    ) -> str:
        """Offer a package to a farm and return its digest."""
        target = f"{farm}/{name}"
        digest = hashlib.sha256(package).hexdigest()
        role = self._roles.get_role_for_target(target)
        self._bins[role].targets[target] = TargetFile.from_data(target, package)
        self._bins[role].version += 1
        self._write_version(role, self._bins[role])
        file = self.targets_folder / farm / f"{digest}.{name}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(package)
        self._write_snapshot_and_timestamp()
        return digest

    def tamper_with_package(self, digest: str, farm: str = "acme/home-farm") -> None:
        """Change one byte of a published package, keeping its length."""
        file = self._target_file(farm, digest)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 0xFF
        file.write_bytes(data)

    def cut_package_short(self, digest: str, farm: str = "acme/home-farm") -> None:
        """Lose the second half of a published package."""
        file = self._target_file(farm, digest)
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    def timestamp_bytes(self) -> bytes:
        """Return the timestamp of now, to be rolled back to later."""
        return (self.metadata_folder / "timestamp.json").read_bytes()

    def roll_back_timestamp(self, old: bytes) -> None:
        """Serve a timestamp of before, truly signed but old."""
        (self.metadata_folder / "timestamp.json").write_bytes(old)

    def sign_timestamp_with_foreign_key(self) -> None:
        """Offer a newer state, signed by somebody else."""
        self._timestamp.version += 1
        metadata = Metadata(self._timestamp)
        metadata.sign(self._foreign_signer)
        self._write_bytes("timestamp.json", metadata)

    def expire(self) -> None:
        """Offer a newer timestamp that is out of date already."""
        self._timestamp.version += 1
        self._timestamp.expires = datetime.now(UTC).replace(microsecond=0) - LIFE
        self._write("timestamp.json", self._timestamp)

    def _target_file(self, farm: str, digest: str) -> Path:
        return self.targets_folder / farm / f"{digest}.model.terroir"

    def _agree_on_keys(self) -> None:
        key = self._signer.public_key
        for role in ROLES:
            self._root.add_key(key, role)
        self._roles.keyids.append(key.keyid)
        keys = {key.keyid: key}
        self._targets.delegations = Delegations(keys, succinct_roles=self._roles)

    def _write_everything(self) -> None:
        self._write("1.root.json", self._root)
        self._write_version("targets", self._targets)
        for name, content in self._bins.items():
            self._write_version(name, content)
        self._write_snapshot_and_timestamp()

    def _write_version(self, name: str, content: Targets) -> None:
        self._write(f"{content.version}.{name}.json", content)
        self._snapshot.meta[f"{name}.json"] = MetaFile(content.version)

    def _write_snapshot_and_timestamp(self) -> None:
        self._snapshot.version += 1
        self._write(f"{self._snapshot.version}.snapshot.json", self._snapshot)
        self._timestamp.version += 1
        self._timestamp.snapshot_meta = MetaFile(self._snapshot.version)
        self._write("timestamp.json", self._timestamp)

    def _write(self, name: str, content: Root | Targets | Snapshot | Timestamp) -> None:
        metadata: Metadata[Any] = Metadata(content)
        metadata.sign(self._signer)
        self._write_bytes(name, metadata)

    def _write_bytes(self, name: str, metadata: Metadata[Any]) -> None:
        data = metadata.to_bytes(JSONSerializer())
        (self.metadata_folder / name).write_bytes(data)


def _later() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + LIFE
