"""How differently two packages answer on the golden scans of both."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import GraphAnswer, Inputs, golden_from_members
from protocols.graph_contract import EDGE_OF_DOMAIN
from protocols.manifest_json import Manifest
from protocols.model_manifest import ModelManifest
from protocols.model_package import ModelPackage
from protocols.package_manifest import Artefact
from protocols.season_grid import SeasonGrid
from protocols.wavelength_grid import WavelengthGrid
from trainer.commands.package.runtimes_here import answers_one_by_one, is_here

Column = NDArray[np.float64]

PROBABILITY = "probability"


class AnswerDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What the second package says of one target or class, beside the first.

    Attributes:
        target: The property or the class.
        unit: Of the figures that are not in standard deviations.
        scans: On how many golden scans or places.
        mean: How much higher the second tells it.
        rms: Root mean square of the differences.
        worst: The largest difference.
        rms_sd: The root mean square in standard deviations, as the first has them; of
            a class in probability.
        width_before: Mean width of the first's intervals.
        width_after: Mean width of the second's.
        flagged_before: How many of them are foreign to the first.
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
    if _asked_of(before.manifest) != _asked_of(after.manifest):
        return (), "they take scans or series on different grids"
    if not shared:
        return (), "they tell no property in the same unit, and no class alike"
    if first is None or second is None:
        return (), "no runtime here runs a graph of both"
    questions = _golden_questions(before) + _golden_questions(after)
    said = answers_one_by_one(before, *first, questions)
    says = answers_one_by_one(after, *second, questions)
    return tuple(_compared(before.manifest, pair, said, says) for pair in shared), ""


def _asked_of(manifest: Manifest) -> WavelengthGrid | SeasonGrid:
    """Return what tells whether two models take the same inputs."""
    return manifest.grid if isinstance(manifest, ModelManifest) else manifest.season


def _told_by(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    """Return the names and units of what a model tells."""
    if isinstance(manifest, ModelManifest):
        return tuple((one.name, one.unit) for one in manifest.targets)
    return tuple((one.name, PROBABILITY) for one in manifest.classes)


def _shared_targets(before: Manifest, after: Manifest) -> tuple[tuple[int, int], ...]:
    """Return the places of the targets that both tell in one unit."""
    places = {told: at for at, told in enumerate(_told_by(after))}
    return tuple(
        (at, places[told]) for at, told in enumerate(_told_by(before)) if told in places
    )


def _runnable(package: ModelPackage) -> tuple[Artefact, str] | None:
    for artefact in package.manifest.artefacts:
        for runtime in artefact.runtimes:
            if is_here(runtime):
                return artefact, runtime
    return None


def _golden_questions(package: ModelPackage) -> tuple[Inputs, ...]:
    return golden_from_members(package.members, package.manifest).questions


def _compared(
    manifest: Manifest,
    places: tuple[int, int],
    said: GraphAnswer,
    says: GraphAnswer,
) -> AnswerDifference:
    before, after = places
    name, unit = _told_by(manifest)[before]
    off = _wide(says.value[:, after]) - _wide(said.value[:, before])
    rms = float(np.sqrt(np.square(off).mean()))
    return AnswerDifference(
        target=name,
        unit=unit,
        scans=off.size,
        mean=float(off.mean()),
        rms=rms,
        worst=float(np.abs(off).max()),
        rms_sd=rms / manifest.spreads[before],
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
