"""Which soils must stay together: by what a source says, and by what scans show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.library.near_duplicates import joined, same_soils
from trainer.library.storage.library_manifest import RepeatedScans


@dataclass(frozen=True)
class SoilGroups:
    """The group of each soil, and what was found on the way."""

    groups: tuple[str, ...]
    repeated: RepeatedScans


def group_soils(
    spectra: NDArray[np.float32], groups: Sequence[str], sources: Sequence[str]
) -> SoilGroups:
    """Join the groups that sources state wherever their scans are of the same soil.

    A joined group bears the name of its first soil's group.
    """
    same = same_soils(spectra)
    stated = _numbered(groups)
    rows = np.arange(len(groups), dtype=np.intp)
    first_of_same = _first_rows(same)[same] if len(same) else rows
    first_of_stated = _first_rows(stated)[stated] if len(stated) else rows
    whole = joined(joined(rows, rows, first_of_same), rows, first_of_stated)
    leaders = _first_rows(whole)[whole] if len(whole) else rows
    return SoilGroups(
        groups=tuple(groups[leader] for leader in leaders),
        repeated=_repeated(same, sources),
    )


def _numbered(labels: Sequence[str]) -> NDArray[np.intp]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(one, len(numbers)) for one in labels], np.intp)


def _first_rows(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the first row of every label, by label."""
    first = np.zeros(int(labels.max()) + 1, np.intp)
    first[labels[::-1]] = np.arange(len(labels), dtype=np.intp)[::-1]
    return first


def _repeated(same: NDArray[np.intp], sources: Sequence[str]) -> RepeatedScans:
    sizes = Counter(same.tolist())
    kinds = [label for label, size in sizes.items() if size > 1]
    seen: dict[int, set[str]] = {label: set() for label in kinds}
    for label, source in zip(same.tolist(), sources, strict=True):
        if label in seen:
            seen[label].add(source)
    return RepeatedScans(
        soils=sum(sizes[label] for label in kinds),
        groups=len(kinds),
        largest=max((sizes[label] for label in kinds), default=0),
        across_sources=sum(len(names) > 1 for names in seen.values()),
    )
