"""What the pixels of a field say together.

Pixels of a field are alike: what misleads one misleads its neighbours. A hundred of
them are not a hundred pieces of evidence, but few: n / (1 + (n - 1) r), where r is how
much of the pixels' doubt they share within fields (Kish 1965), measured on fields held
back. And a border pixel sees two fields: no pixel may speak against a class by more
than a limit, so that some that are wrong do not outvote the rest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.crops.fields.field_pixels import NOBODY_SAID, FieldPixels

Array = NDArray[np.float64]

LEAST_TOLD = 0.02
"""A pixel that tells a class with less speaks no louder against it."""

SURE = 0.5
"""A pixel votes for the class that it tells with at least so much."""

PURE = 0.95
"""A field held back has one crop when so many of its labelled pixels say so."""

MOSTLY = 0.5


@dataclass(frozen=True, eq=False)
class FieldEvidence:
    """Fields before any calibration, one row each.

    Attributes:
        spoken: Mean logarithm of probability, each pixel's bounded [field, class].
        pixels: How many pixels spoke: those that are not flagged, or all if most are.
        shares: The share of voting pixels for each class [field, class].
        separation: How far apart those lie who vote for the two foremost classes: the
            share of their positions' variance that lies between both. Two crops lie
            beside each other; pixels that err are strewn about.
        flagged_share: The share of pixels that are flagged.
        is_flagged: Of which fields the model cannot know.
    """

    spoken: Array
    pixels: Array
    shares: Array
    separation: Array
    flagged_share: Array
    is_flagged: NDArray[np.bool_]


def evidence_of(pixels: FieldPixels) -> FieldEvidence:
    """Return what the pixels of each field say."""
    flagged_share = pixels.sums(pixels.is_flagged) / pixels.counts
    is_flagged = flagged_share > MOSTLY
    speaks = ~pixels.is_flagged | is_flagged[pixels.member]
    count = pixels.sums(speaks)
    spoken = pixels.sums(bounded_logarithms(pixels.value) * speaks[:, None])
    votes = (pixels.value >= SURE) & speaks[:, None]
    voted = pixels.sums(votes)
    everyone = np.maximum(voted.sum(axis=1, keepdims=True), 1)
    return FieldEvidence(
        spoken=spoken / count[:, None],
        pixels=count,
        shares=voted / everyone,
        separation=_separation(pixels, votes, voted),
        flagged_share=flagged_share,
        is_flagged=is_flagged,
    )


def _separation(pixels: FieldPixels, votes: NDArray[np.bool_], voted: Array) -> Array:
    member, rows = pixels.member, np.arange(len(votes))
    foremost = np.argsort(-voted, axis=1, kind="stable")[:, :2][member]
    sides = [votes[rows, foremost[:, at]].astype(np.float64) for at in (0, 1)]
    place = _places_within(pixels)
    counts = [pixels.sums(side) for side in sides]
    sums = [pixels.sums(place * side[:, None]) for side in sides]
    squares = pixels.sums((place**2).sum(axis=1) * (sides[0] + sides[1]))
    both = np.maximum(counts[0] + counts[1], 1)
    whole = squares / both - (((sums[0] + sums[1]) / both[:, None]) ** 2).sum(axis=1)
    means = [
        one / np.maximum(count, 1)[:, None]
        for one, count in zip(sums, counts, strict=True)
    ]
    apart = ((means[0] - means[1]) ** 2).sum(axis=1)
    between = counts[0] * counts[1] / both**2 * apart
    share: Array = np.where(whole > 0, between / np.where(whole > 0, whole, 1), 0)
    return share


def _places_within(pixels: FieldPixels) -> Array:
    """Return where each pixel lies from the middle of its field, alike both ways."""
    shrink = np.cos(np.radians(pixels.latitudes))
    place = np.stack([pixels.longitudes * shrink, pixels.latitudes], axis=1)
    middle = pixels.sums(place) / pixels.counts[:, None]
    within: Array = place - middle[pixels.member]
    return within


def bounded_logarithms(value: NDArray[np.float32]) -> Array:
    """Return what a pixel says for each class, bounded from below."""
    said: Array = np.log(np.maximum(value.astype(np.float64), LEAST_TOLD))
    return said


def effective_pixels(pixels: Array, correlation: float) -> Array:
    """Return how many independent pixels so many of a field are worth."""
    return pixels / (1 + (pixels - 1) * correlation)


def grown_on(pixels: FieldPixels, classes: int) -> NDArray[np.intp]:
    """Return the one crop of each field held back; unknown where mixed or unsaid."""
    known = pixels.grown != NOBODY_SAID
    cells = pixels.member[known] * classes + pixels.grown[known]
    counts = np.bincount(cells, minlength=len(pixels) * classes).reshape(-1, classes)
    total = counts.sum(axis=1)
    is_pure = (total > 0) & (counts.max(axis=1) >= PURE * total)
    return np.where(is_pure, counts.argmax(axis=1), NOBODY_SAID)


def shared_doubt(pixels: FieldPixels, grown: NDArray[np.intp]) -> float:
    """Return the correlation within fields of what pixels say for the true class.

    By the analysis of variance for fields of unequal size (Donner 1986).
    """
    known = (grown != NOBODY_SAID)[pixels.member]
    member = pixels.member[known]
    said = bounded_logarithms(pixels.value[known])
    rest = said[np.arange(len(member)), grown[member]]
    fields, member, counts = np.unique(member, return_inverse=True, return_counts=True)
    if len(fields) < 2 or len(member) <= len(fields):  # noqa: PLR2004 - no spread
        return 1.0
    means = np.bincount(member, rest) / counts
    between = (counts * (means - rest.mean()) ** 2).sum() / (len(fields) - 1)
    within = ((rest - means[member]) ** 2).sum() / (len(member) - len(fields))
    usual = (len(member) - (counts**2).sum() / len(member)) / (len(fields) - 1)
    whole = between + (usual - 1) * within
    shared = (between - within) / whole if whole > 0 else 1.0
    return float(np.clip(shared, 0.0, 1.0))
