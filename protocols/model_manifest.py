"""What a model package says of itself: everything a number must be traced back to.

A reader refuses a manifest of another major version. A newer minor version may add
fields, runtimes, precisions and graphs in files of other names; a reader that does not
know them leaves them alone, and still uses a graph that it can run. What changes the
meaning of the numbers (units, quantity, the grid's unit) is no such addition.
"""

from typing import Annotated, Literal, get_args

import msgspec

from protocols.errors import PackageError
from protocols.identifiers import Digest, Name
from protocols.limits import MAX_MANIFEST_BYTES
from protocols.messages import ShortText, Text, UtcTime
from protocols.units import TargetName, Unit
from protocols.wavelength_grid import WavelengthGrid

FORMAT = "1.1"
SUPPORTED_MAJOR = "1"

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Runtime = Literal["onnxruntime", "ai-edge-litert", "tflite-runtime"]
Precision = Literal["float32", "float16", "int8", "int4"]
GraphMember = Literal["model.onnx", "model.tflite"]

_VERSION = msgspec.Meta(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}$(?!\n)")
_LATER = msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$(?!\n)")
"""What a newer minor version may call a runtime, a precision or a graph's file."""


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


class MeasuredInterval(msgspec.Struct, frozen=True, kw_only=True):
    """How intervals of models made like this one held on farms never learned from.

    Attributes:
        target: What was told.
        labels: With how many labels each of those farms was fitted.
        farms: How many farms there were.
        soils: On how many of their soils, none of them labelled, it was measured.
        coverage: Which share of those soils lay inside, every farm counting the same.
        worst_coverage: The same on the farm where fewest did.
        width: Mean width, in standard deviations of the farm's own values.
    """

    target: TargetName
    labels: Count
    farms: Annotated[int, msgspec.Meta(ge=1)]
    soils: Annotated[int, msgspec.Meta(ge=1)]
    coverage: Share
    worst_coverage: Share
    width: Annotated[float, msgspec.Meta(ge=0)]


class IntervalClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What low and high promise, and how far that was measured.

    Attributes:
        level: The share of soils whose true value should lie inside.
        method: How the width was found, in words.
        soils: On how many soils it was calibrated.
        measured_coverage: The mean coverage of `measured`, if there is any.
        measured: How it held on farms never learned from, one entry a target.
    """

    level: Share
    method: Text
    soils: Count
    measured_coverage: Share | None = None
    measured: tuple[MeasuredInterval, ...] = ()


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
    """One graph in the package, the runtimes that may run it, and how well it does.

    Attributes:
        member: Which file it is, a `GraphMember` in this version.
        precision: Of most of its weights, a `Precision` in this version.
        runtimes: Where it was proved to answer as the model that was trained, each a
            `Runtime` in this version.
        method: How its weights were made smaller and why so, in words; if they were.
        most_scans: How many scans it takes at once; any number where nothing is said.
        tolerance: How far golden answers may be off, in standard deviations of a
            target; the manifest's `golden_tolerance` where nothing is said.
        error: Root mean square of what it was off by on scans set apart, in standard
            deviations of the worst target, if that was measured.
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


class ModelManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of one model package."""

    format: Annotated[str, _VERSION] = FORMAT
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


def tolerance_of(artefact: Artefact, manifest: ModelManifest) -> float:
    """Return how far a graph's golden answers may be off, in standard deviations."""
    return artefact.tolerance or manifest.golden_tolerance


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
        manifest = msgspec.json.decode(body, type=ModelManifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PackageError(f"expected a model manifest: {error}") from error
    _check_artefacts(manifest)
    return manifest


def is_newer(manifest: ModelManifest) -> bool:
    """Say whether a newer minor version wrote it, which may have added things."""
    minor = manifest.format.partition(".")[2]
    return int(minor) > int(FORMAT.partition(".")[2])


def _check_artefacts(manifest: ModelManifest) -> None:
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
