"""What a model package says of itself: everything a number must be traced back to.

A reader refuses a manifest of another major version and ignores fields that a newer
minor version added.
"""

from typing import Annotated, Literal

import msgspec

from protocols.errors import PackageError
from protocols.identifiers import Digest, Name
from protocols.limits import MAX_MANIFEST_BYTES
from protocols.messages import ShortText, Text, UtcTime
from protocols.units import TargetName, Unit
from protocols.wavelength_grid import WavelengthGrid

FORMAT = "1.0"
SUPPORTED_MAJOR = "1"

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Runtime = Literal["onnxruntime", "ai-edge-litert", "tflite-runtime"]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A soil property the model tells, in the order of the graph's outputs.

    Attributes:
        name: The property's OSSL name.
        unit: The unit of value, low and high.
        spread: Standard deviation among the soils learned from; the scale on which
            differences between runtimes are judged.
    """

    name: TargetName
    unit: Unit
    spread: Annotated[float, msgspec.Meta(gt=0)]


class IntervalClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What low and high promise, and how far that was measured.

    Attributes:
        level: The share of soils whose true value should lie inside.
        method: How the width was found, in words.
        soils: On how many soils it was calibrated.
        measured_coverage: The share found inside on soils set apart, if there were any.
    """

    level: Share
    method: Text
    soils: Count
    measured_coverage: Share | None = None


class Domain(msgspec.Struct, frozen=True, kw_only=True):
    """What the model has seen, and where a soil becomes foreign to it."""

    method: Text
    soils: Count
    edge_quantile: Share


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """How well a target was told, and on which soils that was measured."""

    target: TargetName
    split: Text
    soils: Count
    rmse: float
    me: float
    r2: float
    ccc: float


class TrainingData(msgspec.Struct, frozen=True, kw_only=True):
    """One source the model learned from."""

    name: ShortText
    digest: Digest
    soils: Count
    licence: ShortText


class Artefact(msgspec.Struct, frozen=True, kw_only=True):
    """One graph in the package and the runtimes that may run it."""

    member: Literal["model.onnx", "model.tflite"]
    precision: Literal["float32", "int8", "int4"]
    runtimes: tuple[Runtime, ...]


class MemberDigest(msgspec.Struct, frozen=True, kw_only=True):
    """What another file of the package must be."""

    name: ShortText
    sha256: Digest
    size: Count


class ModelManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of one model package."""

    format: Annotated[str, msgspec.Meta(pattern=r"^[0-9]+\.[0-9]+$(?!\n)")] = FORMAT
    tenant: Name
    farm: Name
    made_at: UtcTime
    method: Text
    code_version: ShortText
    parent: Digest | None = None
    grid: WavelengthGrid
    quantity: Literal["reflectance"] = "reflectance"
    targets: Annotated[tuple[Target, ...], msgspec.Meta(min_length=1, max_length=64)]
    interval: IntervalClaim
    domain: Domain
    local_labels: Count = 0
    metrics: tuple[Metrics, ...] = ()
    learned_from: tuple[TrainingData, ...] = ()
    artefacts: Annotated[tuple[Artefact, ...], msgspec.Meta(min_length=1)]
    golden_tolerance: Annotated[float, msgspec.Meta(gt=0, le=0.1)] = 0.001
    members: tuple[MemberDigest, ...] = ()


class _FormatOnly(msgspec.Struct):
    format: str


def encode_manifest(manifest: ModelManifest) -> bytes:
    """Return the manifest as the JSON that the package holds."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def decode_manifest(body: bytes) -> ModelManifest:
    """Read a manifest, or refuse it."""
    if len(body) > MAX_MANIFEST_BYTES:
        raise PackageError(
            f"expected a manifest of at most {MAX_MANIFEST_BYTES} bytes, "
            f"found {len(body)}"
        )
    try:
        version = msgspec.json.decode(body, type=_FormatOnly).format
        if version.partition(".")[0] != SUPPORTED_MAJOR:
            raise PackageError(
                f"expected manifest format {SUPPORTED_MAJOR}.x, "
                f"found {version[:20]!r}; update this software first"
            )
        return msgspec.json.decode(body, type=ModelManifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PackageError(f"expected a model manifest: {error}") from error
