"""A model package: one file, named by its own sha256, that holds a model and its proof.

It is a zip of stored members in a fixed order with fixed headers, so that the same
model always gives the same bytes, and any tool can open it years from now. Reading
checks everything before a single byte is used and writes nothing. A package of a newer
minor version keeps what it added: its manifest stays as it was written.
"""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from protocols.crop_manifest import CropManifest
from protocols.errors import PackageError
from protocols.golden_vectors import golden_members
from protocols.limits import MAX_PACKAGE_BYTES
from protocols.manifest_json import Manifest, decode_manifest, encode_manifest
from protocols.model_manifest import ModelManifest
from protocols.package_manifest import MemberDigest, is_newer
from protocols.stored_zip import read_stored, write_stored

SUFFIX = ".terroir"
SOIL_TARGET, CROP_TARGET = f"model{SUFFIX}", f"crops{SUFFIX}"
"""What a farm's models are called where they are published, one of each kind."""

MANIFEST = "manifest.json"
CARD = "card.md"
MODELS = ("model.onnx", "model.tflite")


@dataclass(frozen=True)
class ModelPackage:
    """A package that was read and found to be what it says.

    Attributes:
        digest: Of the whole file, which is its name.
        manifest: What this version understands of it.
        manifest_json: All that it says, as it was written.
        members: The other files, by their names.
    """

    digest: str
    manifest: Manifest
    manifest_json: bytes
    members: Mapping[str, bytes]

    @property
    def target(self) -> str:
        """What it is called where its farm's models are published."""
        is_soil = isinstance(self.manifest, ModelManifest)
        return SOIL_TARGET if is_soil else CROP_TARGET

    @property
    def soil(self) -> ModelManifest:
        """The manifest of a soil model; a package with another one is refused."""
        if not isinstance(self.manifest, ModelManifest):
            raise PackageError(
                "expected a package with a soil model, found one with a crop model; "
                "ask it with `terroir-edge crops`"
            )
        return self.manifest

    @property
    def crops(self) -> CropManifest:
        """The manifest of a crop model; a package with another one is refused."""
        if not isinstance(self.manifest, CropManifest):
            raise PackageError(
                "expected a package with a crop model, found one with a soil model; "
                "ask it with `terroir-edge predict`"
            )
        return self.manifest


def digest_of(data: bytes) -> str:
    """Return the sha256 that names a package and its members."""
    return hashlib.sha256(data).hexdigest()


def build_package(manifest: Manifest, members: Mapping[str, bytes]) -> bytes:
    """Return the package's bytes; the same model gives the same ones every time."""
    order = _order_of(manifest)
    unknown = set(members) - set(order)
    if unknown:
        raise PackageError(f"expected members of {order}, found {sorted(unknown)}")
    names = [name for name in order if name in members]
    listed = tuple(
        MemberDigest(
            name=name, sha256=digest_of(members[name]), size=len(members[name])
        )
        for name in names
    )
    complete = msgspec.structs.replace(manifest, members=listed)
    written = encode_manifest(complete)
    return write_stored(
        [(MANIFEST, written), *((name, members[name]) for name in names)]
    )


def read_package(path: Path) -> ModelPackage:
    """Read and check the package at `path`."""
    with path.open("rb") as file:
        return _read(file, path.stat().st_size)


def parse_package(data: bytes) -> ModelPackage:
    """Check the bytes of a package and return what they hold."""
    return _read(io.BytesIO(data), len(data))


def _read(file: BinaryIO, size: int) -> ModelPackage:
    if size > MAX_PACKAGE_BYTES:
        raise PackageError(
            f"expected a package of at most {MAX_PACKAGE_BYTES} bytes, found {size}"
        )
    found = read_stored(file, size)
    members = found.members
    if next(iter(members), None) != MANIFEST:
        raise PackageError(
            f"expected a model package that begins with {MANIFEST}, found "
            f"{next(iter(members), 'no member')}"
        )
    written = members.pop(MANIFEST)
    manifest = decode_manifest(written)
    _check_plain(written)
    _check_order(manifest, tuple(members))
    _check_members(manifest, members)
    return ModelPackage(found.digest, manifest, written, members)


def _check_plain(written: bytes) -> None:
    """Refuse a manifest laid out in another way, or one that says a thing twice."""
    try:
        plain = msgspec.json.format(written, indent=1)
        kept = msgspec.json.encode(msgspec.json.decode(written))
        lines = msgspec.json.format(kept, indent=1).count(b"\n")
    # What a newer version added is only looked at here, and may be no JSON at all.
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PackageError(f"expected a model manifest: {error}") from error
    # One line a field: of a field given twice only one is left when it is read.
    if plain != written or plain.count(b"\n") != lines:
        raise PackageError(
            "expected a manifest as packages write it, every field once on a line of "
            "its own, found another layout"
        )


def _order_of(manifest: Manifest) -> tuple[str, ...]:
    """Return in which order a package holds what it may hold beside its manifest."""
    return (CARD, *MODELS, *golden_members(manifest.inputs))


def _check_order(manifest: Manifest, names: tuple[str, ...]) -> None:
    """Refuse members out of order; a newer version may have added some at the end."""
    order = _order_of(manifest)
    known = [name for name in order if name in names]
    added = names[len(known) :] if is_newer(manifest) else ()
    if (*known, *added) != names:
        raise PackageError(f"expected members in the order {order}, found {names}")


def _check_members(manifest: Manifest, members: Mapping[str, bytes]) -> None:
    listed = [member.name for member in manifest.members]
    if listed != list(members):
        raise PackageError(f"expected the members {listed}, found {list(members)}")
    for member in manifest.members:
        data = members[member.name]
        if len(data) != member.size or digest_of(data) != member.sha256:
            raise PackageError(
                f"expected {member.name} as the manifest lists it, found other"
            )
    golden = golden_members(manifest.inputs)
    needed = {*golden, CARD, *(one.member for one in manifest.artefacts)}
    if missing := needed - members.keys():
        raise PackageError(f"expected the members {sorted(missing)}, found none")
