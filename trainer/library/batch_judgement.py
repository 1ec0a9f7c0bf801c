"""Which soils of a batch go into the library, and under which ids."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.errors import LibraryError
from trainer.library.sources.soil_source import SoilBatch
from trainer.library.spectral_library import LARGEST_REFLECTANCE
from trainer.library.storage.library_manifest import Skipped

NO_SCAN = "no scan, or one with gaps on the grid"
OUT_OF_RANGE = f"reflectance outside 0 to {LARGEST_REFLECTANCE:g}"
MOST_EXAMPLES = 5
LARGEST_SHARE_OUT_OF_RANGE = 0.5


@dataclass(frozen=True, eq=False)
class JudgedBatch:
    """The soils to keep, and what is said of the others."""

    soils: tuple[str, ...]
    groups: tuple[str, ...]
    kept: NDArray[np.intp]
    skipped: tuple[Skipped, ...]


class SoilNames:
    """Gives every soil of one source an id that is unique in the library.

    A soil that was scanned again gets a number behind its id, and its group is that of
    its first scan.
    """

    def __init__(self, source: str) -> None:
        """Begin with nothing seen."""
        self._source = source
        self._seen: Counter[str] = Counter()

    def name(self, soils: tuple[str, ...]) -> list[tuple[str, str]]:
        """Return the id and the group of each of `soils`, in their order."""
        return [self._one(soil) for soil in soils]

    def _one(self, soil: str) -> tuple[str, str]:
        self._seen[soil] += 1
        first = f"{self._source}:{soil}"
        again = self._seen[soil]
        return (first if again == 1 else f"{first}:scan{again}"), first


def judge(batch: SoilBatch, names: list[tuple[str, str]], source: str) -> JudgedBatch:
    """Keep the soils with a whole, possible scan; refuse a batch that is mostly not."""
    whole: NDArray[np.bool_] = np.all(np.isfinite(batch.spectra), axis=1)
    inside = (batch.spectra >= 0) & (batch.spectra <= LARGEST_REFLECTANCE)
    possible: NDArray[np.bool_] = np.all(inside, axis=1)
    _check_share(whole & ~possible, whole, source)
    kept = np.flatnonzero(whole & possible)
    reasons = ((NO_SCAN, ~whole), (OUT_OF_RANGE, whole & ~possible))
    return JudgedBatch(
        soils=tuple(names[row][0] for row in kept),
        groups=tuple(
            f"{source}/{batch.groups[row]}" if batch.groups[row] else names[row][1]
            for row in kept
        ),
        kept=kept,
        skipped=tuple(
            _skipped(reason, [names[row][0] for row in np.flatnonzero(rows)])
            for reason, rows in reasons
            if rows.any()
        ),
    )


def add_skipped(
    before: tuple[Skipped, ...], more: tuple[Skipped, ...]
) -> tuple[Skipped, ...]:
    """Return both, each reason once."""
    found: dict[str, Skipped] = {}
    for one in (*before, *more):
        known = found.get(one.reason, Skipped(one.reason, 0, ()))
        examples = (*known.examples, *one.examples)[:MOST_EXAMPLES]
        found[one.reason] = Skipped(one.reason, known.soils + one.soils, examples)
    return tuple(found.values())


def _skipped(reason: str, soils: list[str]) -> Skipped:
    return Skipped(reason, len(soils), tuple(soils[:MOST_EXAMPLES]))


def _check_share(
    impossible: NDArray[np.bool_], whole: NDArray[np.bool_], source: str
) -> None:
    if impossible.sum() > LARGEST_SHARE_OUT_OF_RANGE * whole.sum():
        raise LibraryError(
            f"expected reflectance of 0 to {LARGEST_REFLECTANCE:g} in {source}, as in "
            f"its first scans, found {impossible.sum()} of {whole.sum()} outside in "
            "one batch; the source mixes quantities, import its parts one by one"
        )
