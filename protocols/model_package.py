"""A model package: one file, named by its own sha256, that holds a model and its proof.

It is a zip of stored members in a fixed order with fixed times, so that the same model
always gives the same bytes, and any tool can open it years from now. Reading checks
everything before a single byte is used and writes nothing.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from protocols.errors import PackageError
from protocols.golden_vectors import MEMBERS as GOLDEN_MEMBERS
from protocols.limits import MAX_MEMBER_BYTES, MAX_PACKAGE_BYTES
from protocols.model_manifest import (
    MemberDigest,
    ModelManifest,
    decode_manifest,
    encode_manifest,
)

SUFFIX = ".terroir"
MANIFEST = "manifest.json"
CARD = "card.md"
MODELS = ("model.onnx", "model.tflite")
ORDER = (MANIFEST, CARD, *MODELS, *GOLDEN_MEMBERS)
EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class ModelPackage:
    """A package that was read and found to be what it says."""

    digest: str
    manifest: ModelManifest
    members: Mapping[str, bytes]


def digest_of(data: bytes) -> str:
    """Return the sha256 that names a package and its members."""
    return hashlib.sha256(data).hexdigest()


def build_package(manifest: ModelManifest, members: Mapping[str, bytes]) -> bytes:
    """Return the package's bytes; the same model gives the same ones every time."""
    unknown = set(members) - set(ORDER[1:])
    if unknown:
        raise PackageError(f"expected members of {ORDER[1:]}, found {sorted(unknown)}")
    names = [name for name in ORDER if name in members]
    listed = tuple(
        MemberDigest(
            name=name, sha256=digest_of(members[name]), size=len(members[name])
        )
        for name in names
    )
    complete = msgspec.structs.replace(manifest, members=listed)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry(MANIFEST), encode_manifest(complete))
        for name in names:
            archive.writestr(_entry(name), members[name])
    return file.getvalue()


def read_package(path: Path) -> ModelPackage:
    """Read and check the package at `path`."""
    size = path.stat().st_size
    if size > MAX_PACKAGE_BYTES:
        raise PackageError(
            f"expected a package of at most {MAX_PACKAGE_BYTES} bytes, found {size}"
        )
    return parse_package(path.read_bytes())


def parse_package(data: bytes) -> ModelPackage:
    """Check the bytes of a package and return what they hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            members = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as error:
        # zipfile says NotImplementedError of a compression that it does not know.
        raise PackageError(f"expected a model package: {error}") from error
    manifest = decode_manifest(members.pop(MANIFEST))
    _check_members(manifest, members)
    return ModelPackage(digest_of(data), manifest, members)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EARLIEST_ZIP_TIME)
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    return entry


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if names != [name for name in ORDER if name in names] or MANIFEST not in names:
        raise PackageError(f"expected members in the order {ORDER}, found {names}")
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits:
            raise PackageError(
                f"expected stored members, found {entry.filename} packed"
            )
        if entry.external_attr != 0o100644 << 16:
            raise PackageError(f"expected plain files, found {entry.filename} is not")
        if entry.file_size > MAX_MEMBER_BYTES:
            raise PackageError(
                f"expected {entry.filename} of at most {MAX_MEMBER_BYTES} bytes, "
                f"found {entry.file_size}"
            )


def _check_members(manifest: ModelManifest, members: Mapping[str, bytes]) -> None:
    listed = {member.name: member for member in manifest.members}
    if listed.keys() != members.keys() or len(listed) != len(manifest.members):
        raise PackageError(
            f"expected the members {sorted(listed)}, found {sorted(members)}"
        )
    for name, data in members.items():
        if digest_of(data) != listed[name].sha256:
            raise PackageError(f"expected {name} as the manifest lists it, found other")
    needed = {*GOLDEN_MEMBERS, CARD, *(one.member for one in manifest.artefacts)}
    if missing := needed - members.keys():
        raise PackageError(f"expected the members {sorted(missing)}, found none")
