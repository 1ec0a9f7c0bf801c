"""What every package says of itself, whatever its model tells: the base of manifests.

A reader refuses a manifest of another major version. A newer minor version may add
fields, runtimes, precisions and graphs in files of other names; a reader that does not
know them leaves them alone, and still uses a graph that it can run. What changes the
meaning of the numbers (units, quantity, the grid's unit) is no such addition.
"""

from typing import Annotated, Literal

import msgspec

from protocols.identifiers import Digest, Name
from protocols.messages import ShortText, Text, UtcTime

FORMAT = "1.2"
"""The newest version that this software reads; 1.2 brought models of crops."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Runtime = Literal["onnxruntime", "ai-edge-litert", "tflite-runtime"]
Precision = Literal["float32", "float16", "int8", "int4"]
GraphMember = Literal["model.onnx", "model.tflite"]

VERSION = msgspec.Meta(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}$(?!\n)")
_LATER = msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$(?!\n)")
"""What a newer minor version may call a runtime, a precision or a graph's file."""

InputShapes = dict[str, tuple[int, ...]]
"""The shape of one place or scan in each input of a graph, by the input's name."""


class Artefact(msgspec.Struct, frozen=True, kw_only=True):
    """One graph in the package, the runtimes that may run it, and how well it does.

    Attributes:
        member: Which file it is, a `GraphMember` in this version.
        precision: Of most of its weights, a `Precision` in this version.
        runtimes: Where it was proved to answer as the model that was trained, each a
            `Runtime` in this version.
        method: How its weights were made smaller and why so, in words; if they were.
        most_scans: How many scans (or series) it takes at once; any number where
            nothing is said.
        tolerance: How far golden answers may be off, in standard deviations of a
            target, or in probability; the manifest's `golden_tolerance` where nothing
            is said.
        error: Root mean square of what it was off by on scans set apart, in the same
            measure and of the worst target or class, if that was measured.
        worst_error: The same for the worst of those scans.
    """

    member: Annotated[str, _LATER]
    precision: Annotated[str, _LATER]
    runtimes: tuple[Annotated[str, _LATER], ...]
    method: Text = ""
    most_scans: Annotated[int, msgspec.Meta(ge=1)] | None = None
    tolerance: Annotated[float, msgspec.Meta(gt=0, le=0.1)] | None = None
    error: Annotated[float, msgspec.Meta(ge=0)] | None = None
    worst_error: Annotated[float, msgspec.Meta(ge=0)] | None = None


class MemberDigest(msgspec.Struct, frozen=True, kw_only=True):
    """What another file of the package must be."""

    name: ShortText
    sha256: Digest
    size: Count


class PackageManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a package says of itself, whatever kind of model it holds."""

    format: Annotated[str, VERSION]
    tenant: Name
    farm: Name
    made_at: UtcTime
    method: Text
    code_version: ShortText
    parent: Digest | None = None
    artefacts: Annotated[tuple[Artefact, ...], msgspec.Meta(min_length=1)]
    golden_tolerance: Annotated[float, msgspec.Meta(gt=0, le=0.1)] = 0.001
    members: tuple[MemberDigest, ...] = ()


def tolerance_of(artefact: Artefact, manifest: PackageManifest) -> float:
    """Return how far a graph's golden answers may be off, on the manifest's scale."""
    return artefact.tolerance or manifest.golden_tolerance


def is_newer(manifest: PackageManifest) -> bool:
    """Say whether a newer minor version wrote it, which may have added things."""
    minor = manifest.format.partition(".")[2]
    return int(minor) > int(FORMAT.partition(".")[2])
