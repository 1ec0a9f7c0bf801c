"""Manifests as the JSON that packages hold, of either kind of model."""

from typing import get_args

import msgspec

from protocols.crop_manifest import CropManifest
from protocols.errors import PackageError
from protocols.limits import MAX_MANIFEST_BYTES
from protocols.model_manifest import ModelManifest
from protocols.package_manifest import (
    GraphMember,
    PackageManifest,
    Precision,
    Runtime,
    is_newer,
)

SUPPORTED_MAJOR = "1"

Manifest = ModelManifest | CropManifest

_SOIL = "soil"
_KINDS: dict[str, type[Manifest]] = {_SOIL: ModelManifest, "crop": CropManifest}


class _Opening(msgspec.Struct):
    """What is looked at before anything else; soil models never say their kind."""

    format: str
    kind: str = _SOIL


def encode_manifest(manifest: Manifest) -> bytes:
    """Return the manifest as the JSON that the package holds."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def decode_manifest(body: bytes) -> Manifest:
    """Read a manifest, or refuse it."""
    if len(body) > MAX_MANIFEST_BYTES:
        raise PackageError(
            f"expected a manifest of at most {MAX_MANIFEST_BYTES} bytes, "
            f"found {len(body)}"
        )
    try:
        manifest = msgspec.json.decode(body, type=_kind_of(body))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PackageError(f"expected a model manifest: {error}") from error
    _check_artefacts(manifest)
    _check_classes(manifest)
    return manifest


def _kind_of(body: bytes) -> type[Manifest]:
    """Return what a manifest is to be read as, or refuse its version or kind."""
    opening = msgspec.json.decode(body, type=_Opening)
    if opening.format.partition(".")[0] != SUPPORTED_MAJOR:
        raise PackageError(
            f"expected manifest format {SUPPORTED_MAJOR}.x, "
            f"found {opening.format[:20]!r}; update this software first"
        )
    if opening.kind not in _KINDS:
        raise PackageError(
            f"expected a model of kind {' or '.join(_KINDS)}, found "
            f"{opening.kind[:20]!r}; update this software first"
        )
    return _KINDS[opening.kind]


def _check_artefacts(manifest: PackageManifest) -> None:
    """Refuse two graphs in one file, and words that this version does not have."""
    members = [artefact.member for artefact in manifest.artefacts]
    if len(set(members)) < len(members):
        raise PackageError(f"expected one artefact a graph, found {members}")
    if is_newer(manifest):
        return
    for one in manifest.artefacts:
        for kind, words in (
            (GraphMember, (one.member,)),
            (Precision, (one.precision,)),
            (Runtime, one.runtimes),
        ):
            known = get_args(kind)
            if strange := set(words) - set(known):
                raise PackageError(
                    f"expected a model manifest that names {', '.join(known)}, found "
                    f"{', '.join(sorted(strange))}"
                )


def _check_classes(manifest: Manifest) -> None:
    """Refuse classes or channels that a line of answers could not tell apart."""
    if isinstance(manifest, ModelManifest):
        return
    for what, names in (
        ("class", [one.name for one in manifest.classes]),
        ("channel", [one.name for one in manifest.season.channels]),
    ):
        if len(set(names)) < len(names):
            raise PackageError(f"expected each {what} once, found {names}")
