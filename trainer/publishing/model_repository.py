"""The Update Framework repository of all farms' models, in a folder.

`metadata/` and `targets/` are served as they are. A farm's soil model is the target
`tenant/farm/model.terroir`, its crop model `tenant/farm/crops.terroir`, each listed in
one of 256 hash bins. The timestamp is written
last: until then clients see the state before. Old packages stay, for devices that are
in the middle of a download. The root key is used once; replacing it is not done here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import (  # type: ignore[attr-defined]  # public, though tuf does not mark its re-exports
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

from protocols.errors import PackageError
from protocols.model_package import (
    SOIL_TARGET,
    ModelPackage,
    digest_of,
    parse_package,
)
from trainer.durable_files import write_durably
from trainer.errors import RepositoryError
from trainer.publishing.metadata_folder import (
    BIN_LAYOUT,
    MetadataFolder,
    needs_renewal,
    role_of,
    utc_now,
)
from trainer.publishing.signing_keys import BINS, SigningKeys

TOP_LEVEL = ("root", "targets", "snapshot", "timestamp")


@dataclass(frozen=True)
class Publication:
    """A package for one farm, and which of the farm's models it is."""

    tenant: str
    farm: str
    package: bytes
    name: str = SOIL_TARGET

    @property
    def target(self) -> str:
        """The path under which devices ask for it."""
        return f"{self.tenant}/{self.farm}/{self.name}"

    @property
    def digest(self) -> str:
        """The sha256 that names the package everywhere."""
        return digest_of(self.package)


class ModelRepository:
    """A repository folder and the keys that sign it."""

    def __init__(
        self,
        folder: Path,
        keys: SigningKeys,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Open the repository in `folder`; nothing is read yet."""
        self._targets = folder / "targets"
        self._metadata = MetadataFolder(folder / "metadata", keys)
        self._keys = keys
        self._clock = clock

    def create(self) -> None:
        """Sign an empty repository; refuse where there is one."""
        if self._metadata.exists:
            raise RepositoryError(
                f"expected no repository at {self._metadata.path}, found one; "
                "choose another folder"
            )
        self._metadata.path.mkdir(parents=True, exist_ok=True)
        self._targets.mkdir(exist_ok=True)
        with self._metadata.locked():
            self._sign_first(self._clock())

    def publish(self, tenant: str, farm: str, package: bytes) -> str:
        """Offer `package` to the devices of a farm; return its digest."""
        name = _parsed(package).target
        return self.publish_many([Publication(tenant, farm, package, name)])[0]

    def publish_many(self, publications: Iterable[Publication]) -> list[str]:
        """Offer several packages in one step; return their digests in order."""
        checked = list(publications)
        for publication in checked:
            _check(publication)
        with self._metadata.locked():
            snapshot = self._metadata.snapshot()
            for publication in checked:
                self._store(publication)
            if self._list_in_bins(checked, snapshot.signed):
                self._sign_snapshot(snapshot)
        return [publication.digest for publication in checked]

    def refresh(self) -> int:
        """Sign anew what is past half of its validity; return how many files."""
        with self._metadata.locked():
            snapshot = self._metadata.snapshot()
            ageing = self._ageing(snapshot.signed)
            self._sign_listed(ageing, snapshot.signed)
            if ageing or needs_renewal(snapshot.signed, "snapshot", self._clock()):
                self._sign_snapshot(snapshot)
                return len(ageing) + 2
            timestamp = self._metadata.timestamp().signed
            if needs_renewal(timestamp, "timestamp", self._clock()):
                self._sign_timestamp(snapshot.signed.version)
                return 1
        return 0

    def published(self) -> dict[str, str]:
        """Return the digest of every farm's present package, by target path."""
        snapshot = self._metadata.snapshot().signed
        found: dict[str, str] = {}
        for name in BIN_LAYOUT.get_roles():
            targets = self._metadata.listed(name, snapshot).signed.targets
            found |= {path: one.hashes["sha256"] for path, one in targets.items()}
        return dict(sorted(found.items()))

    def expiries(self) -> dict[str, datetime]:
        """Return when the present top-level metadata run out, by role."""
        snapshot = self._metadata.snapshot().signed
        return {
            "root": self._metadata.root().signed.expires,
            "targets": self._metadata.listed("targets", snapshot).signed.expires,
            "snapshot": snapshot.expires,
            "timestamp": self._metadata.timestamp().signed.expires,
        }

    def _store(self, publication: Publication) -> None:
        folder = self._targets / publication.tenant / publication.farm
        path = folder / f"{publication.digest}.{publication.name}"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_durably(path, publication.package)

    def _list_in_bins(
        self, publications: list[Publication], snapshot: Snapshot
    ) -> bool:
        """Put the packages into their bins; tell whether any bin changed."""
        changed: dict[str, Metadata[Targets]] = {}
        for one in publications:
            name = BIN_LAYOUT.get_role_for_target(one.target)
            metadata = changed.get(name) or self._metadata.listed(name, snapshot)
            target = TargetFile(len(one.package), {"sha256": one.digest}, one.target)
            if metadata.signed.targets.get(one.target) != target:
                metadata.signed.targets[one.target] = target
                changed[name] = metadata
        self._sign_listed(changed, snapshot)
        return bool(changed)

    def _ageing(self, snapshot: Snapshot) -> dict[str, Metadata[Targets]]:
        """Return the targets and bins that are past half of their validity."""
        names = (file.removesuffix(".json") for file in snapshot.meta)
        listed = {name: self._metadata.listed(name, snapshot) for name in names}
        now = self._clock()
        return {
            name: metadata
            for name, metadata in listed.items()
            if needs_renewal(metadata.signed, role_of(name), now)
        }

    def _sign_listed(
        self, changed: Mapping[str, Metadata[Targets]], snapshot: Snapshot
    ) -> None:
        for name, metadata in changed.items():
            metadata.signed.version += 1
            snapshot.meta[f"{name}.json"] = MetaFile(metadata.signed.version)
        self._metadata.sign_all(changed, self._clock())

    def _sign_snapshot(self, snapshot: Metadata[Snapshot]) -> None:
        snapshot.signed.version += 1
        self._metadata.sign(snapshot, "snapshot", self._clock())
        self._sign_timestamp(snapshot.signed.version)

    def _sign_timestamp(self, snapshot_version: int) -> None:
        timestamp = self._metadata.timestamp()
        timestamp.signed.version += 1
        timestamp.signed.snapshot_meta = MetaFile(snapshot_version)
        self._metadata.sign(timestamp, "timestamp", self._clock())

    def _sign_first(self, now: datetime) -> None:
        """Sign version 1 of everything, the timestamp last."""
        self._metadata.sign(self._first_root(), "root", now)
        empty = {name: Metadata(Targets()) for name in BIN_LAYOUT.get_roles()}
        self._metadata.sign_all({"targets": self._first_targets()} | empty, now)
        listed = {f"{name}.json": MetaFile(1) for name in ("targets", *empty)}
        self._metadata.sign(Metadata(Snapshot(meta=listed)), "snapshot", now)
        self._metadata.sign(Metadata(Timestamp()), "timestamp", now)

    def _first_root(self) -> Metadata[Root]:
        root = Root(consistent_snapshot=True)
        for role in TOP_LEVEL:
            root.add_key(self._keys.of(role).public_key, role)
        return Metadata(root)

    def _first_targets(self) -> Metadata[Targets]:
        key = self._keys.of(BINS).public_key
        layout = SuccinctRoles(
            [key.keyid], 1, BIN_LAYOUT.bit_length, BIN_LAYOUT.name_prefix
        )
        delegations = Delegations({key.keyid: key}, succinct_roles=layout)
        return Metadata(Targets(delegations=delegations))


def _check(publication: Publication) -> None:
    """Refuse what a device would refuse, or what is another farm's."""
    package = _parsed(publication.package)
    manifest = package.manifest
    if package.target != publication.name:
        raise RepositoryError(
            f"expected a package for {publication.name}, found one for {package.target}"
        )
    if (manifest.tenant, manifest.farm) != (publication.tenant, publication.farm):
        raise RepositoryError(
            f"expected a package for {publication.tenant}/{publication.farm}, "
            f"found one for {manifest.tenant}/{manifest.farm}"
        )


def _parsed(package: bytes) -> ModelPackage:
    try:
        return parse_package(package)
    except PackageError as error:
        raise RepositoryError(f"refused to publish: {error}") from error
