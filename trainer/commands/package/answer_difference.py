"""How differently two packages answer on the golden scans of both."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import GraphAnswer, golden_from_members
from protocols.graph_contract import EDGE_OF_DOMAIN
from protocols.model_manifest import Artefact, ModelManifest
from protocols.model_package import ModelPackage
from trainer.commands.package.runtimes_here import answers_one_by_one, is_here

Column = NDArray[np.float64]


class AnswerDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What the second package says of one target, beside the first.

    Attributes:
        target: The property.
        unit: Of the figures that are not in standard deviations.
        scans: On how many golden scans.
        mean: How much higher the second tells it.
        rms: Root mean square of the differences.
        worst: The largest difference.
        rms_sd: The root mean square in standard deviations, as the first has them.
        width_before: Mean width of the first's intervals.
        width_after: Mean width of the second's.
        flagged_before: How many scans are foreign to the first.
        flagged_after: How many are foreign to the second.
    """

    target: str
    unit: str
    scans: int
    mean: float
    rms: float
    worst: float
    rms_sd: float
    width_before: float
    width_after: float
    flagged_before: int
    flagged_after: int


def compare_answers(
    before: ModelPackage, after: ModelPackage
) -> tuple[tuple[AnswerDifference, ...], str]:
    """Return the differences, or none and why."""
    shared = _shared_targets(before.manifest, after.manifest)
    first, second = _runnable(before), _runnable(after)
    if before.manifest.grid != after.manifest.grid:
        return (), "they take scans on different grids"
    if not shared:
        return (), "they tell no property in the same unit"
    if first is None or second is None:
        return (), "no runtime here runs a graph of both"
    spectra = np.concatenate([_golden_scans(before), _golden_scans(after)])
    said = answers_one_by_one(before, *first, spectra)
    says = answers_one_by_one(after, *second, spectra)
    return tuple(_compared(before.manifest, pair, said, says) for pair in shared), ""


def _shared_targets(
    before: ModelManifest, after: ModelManifest
) -> tuple[tuple[int, int], ...]:
    """Return the places of the targets that both tell in one unit."""
    places = {(one.name, one.unit): at for at, one in enumerate(after.targets)}
    return tuple(
        (at, places[one.name, one.unit])
        for at, one in enumerate(before.targets)
        if (one.name, one.unit) in places
    )


def _runnable(package: ModelPackage) -> tuple[Artefact, str] | None:
    for artefact in package.manifest.artefacts:
        for runtime in artefact.runtimes:
            if is_here(runtime):
                return artefact, runtime
    return None


def _golden_scans(package: ModelPackage) -> NDArray[np.float32]:
    return golden_from_members(package.members, package.manifest).spectrum


def _compared(
    manifest: ModelManifest,
    places: tuple[int, int],
    said: GraphAnswer,
    says: GraphAnswer,
) -> AnswerDifference:
    before, after = places
    target = manifest.targets[before]
    off = _wide(says.value[:, after]) - _wide(said.value[:, before])
    rms = float(np.sqrt(np.square(off).mean()))
    return AnswerDifference(
        target=target.name,
        unit=target.unit,
        scans=off.size,
        mean=float(off.mean()),
        rms=rms,
        worst=float(np.abs(off).max()),
        rms_sd=rms / target.spread,
        width_before=_width(said, before),
        width_after=_width(says, after),
        flagged_before=_flagged(said),
        flagged_after=_flagged(says),
    )


def _width(answer: GraphAnswer, target: int) -> float:
    return float((_wide(answer.high[:, target]) - _wide(answer.low[:, target])).mean())


def _flagged(answer: GraphAnswer) -> int:
    return int((answer.novelty > EDGE_OF_DOMAIN).sum())


def _wide(numbers: NDArray[np.float32]) -> Column:
    return numbers.astype(np.float64)
