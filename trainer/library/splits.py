"""Which soils are learned from and which are held back, made once and reused.

Every maker keeps a group whole: soils of one profile or survey, and scans of the same
soil, never stand on both sides. A split remembers the library that it was made for and
is refused for any other, because its numbers are rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.durable_files import write_durably
from trainer.errors import LibraryError
from trainer.library.kennard_stone import farthest_first
from trainer.library.principal_scores import principal_scores
from trainer.library.spectral_library import SpectralLibrary

SplitKind = Literal["grouped", "stratified", "kennard-stone", "leave-farm-out"]
FEWEST_FOLDS = 2


@dataclass(frozen=True)
class Fold:
    """The rows to learn from, and the rows held back."""

    train: tuple[int, ...]
    test: tuple[int, ...]


@dataclass(frozen=True)
class Split:
    """All folds, and how they were made.

    Attributes:
        kind: By which rule.
        seed: Of whatever was drawn.
        library_digest: The library whose rows are meant.
        folds: One or more.
    """

    kind: SplitKind
    seed: int
    library_digest: str
    folds: tuple[Fold, ...]


def make_split(
    library: SpectralLibrary, kind: SplitKind, folds: int, seed: int
) -> Split:
    """Split `library`; `stratified` follows its first target."""
    groups = library.groups
    if kind == "grouped":
        made = grouped_folds(groups, folds, seed)
    elif kind == "stratified":
        made = stratified_folds(library.values[:, 0], groups, folds, seed)
    elif kind == "kennard-stone":
        made = kennard_stone(library.spectra, groups, 1 / folds)
    else:
        made = leave_farm_out(library.farms, groups)
    return Split(kind, seed, library.digest, made)


def grouped_folds(groups: Sequence[str], folds: int, seed: int) -> tuple[Fold, ...]:
    """Deal whole groups, the largest first, to whichever fold has fewest soils."""
    members = _members(groups)
    _check_folds(folds, len(members))
    order = np.random.default_rng(seed).permutation(len(members))
    by_size = sorted(order.tolist(), key=lambda group: -len(members[group]))
    held: list[list[int]] = [[] for _ in range(folds)]
    for group in by_size:
        min(held, key=len).extend(members[group])
    return _folds_holding(held, len(groups))


def stratified_folds(
    values: NDArray[np.float64], groups: Sequence[str], folds: int, seed: int
) -> tuple[Fold, ...]:
    """Give every fold the same spread of `values` [soil], whole groups at a time.

    Groups are sorted by their mean and each run of `folds` neighbours is dealt at
    random, one to each fold; groups without a value are dealt last.
    """
    members = _members(groups)
    _check_folds(folds, len(members))
    order = np.argsort(_group_means(values, members), kind="stable").tolist()
    random = np.random.default_rng(seed)
    held: list[list[int]] = [[] for _ in range(folds)]
    for start in range(0, len(order), folds):
        stratum = order[start : start + folds]
        dealt_to = random.permutation(folds)
        for group, fold in zip(stratum, dealt_to, strict=False):
            held[fold].extend(members[group])
    return _folds_holding(held, len(groups))


def kennard_stone(
    spectra: NDArray[np.float32], groups: Sequence[str], test_share: float
) -> tuple[Fold, ...]:
    """Learn from the soils that span the spectra best; hold back the rest, in one fold.

    Kennard and Stone (1969) on principal components; a group counts by its mean and is
    taken whole. There is nothing to draw: the same spectra give the same fold.
    """
    if not 0 < test_share < 1:
        raise LibraryError(
            f"expected a share to hold back between 0 and 1, found {test_share:g}"
        )
    members = _members(groups)
    scores = principal_scores(spectra)
    centres = np.stack([scores[rows].mean(axis=0) for rows in members])
    held: list[int] = []
    for group in reversed(farthest_first(centres)):
        if len(held) + len(members[group]) > test_share * len(groups):
            break
        held.extend(members[group])
    if not held:
        raise LibraryError(
            f"expected groups small enough to hold back {test_share:.0%} of "
            f"{len(groups)} soils, found one of {len(members[group])}; use fewer folds"
        )
    return _folds_holding([held], len(groups))


def leave_farm_out(farms: Sequence[str], groups: Sequence[str]) -> tuple[Fold, ...]:
    """Hold back one farm at a time, with any farm that shares a group with it."""
    campaign = _joined(farms, groups)
    held = _members(campaign)
    if len(held) < FEWEST_FOLDS:
        raise LibraryError(
            "expected two farms or more that share no soils, found "
            f"{len(set(farms))} in {len(held)} survey; use a grouped split"
        )
    return _folds_holding(held, len(farms))


def save_split(split: Split, path: Path) -> None:
    """Write the split as JSON, whole or not at all."""
    write_durably(path, msgspec.json.encode(split) + b"\n")


def load_split(path: Path, library_digest: str) -> Split:
    """Read a split and refuse one that was made for another library."""
    try:
        split = msgspec.json.decode(path.read_bytes(), type=Split)
    except (OSError, msgspec.MsgspecError) as error:
        raise LibraryError(
            f"expected a split at {path}, found none ({error}); make one with "
            "`terroir library split`"
        ) from error
    if split.library_digest != library_digest:
        raise LibraryError(
            f"expected a split of the library {library_digest[:16]}, found one of "
            f"{split.library_digest[:16]} at {path}; make it anew"
        )
    return split


def _members(labels: Sequence[str]) -> list[list[int]]:
    """Return the rows of each label, in order of first appearance."""
    found: dict[str, list[int]] = {}
    for row, label in enumerate(labels):
        found.setdefault(label, []).append(row)
    return list(found.values())


def _group_means(
    values: NDArray[np.float64], members: list[list[int]]
) -> NDArray[np.float64]:
    """Return each group's mean of what is known, NaN where nothing is."""
    known = [values[rows][np.isfinite(values[rows])] for rows in members]
    return np.array([one.mean() if one.size else np.nan for one in known])


def _joined(farms: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Return one name for every set of farms that share groups."""
    leader = {farm: farm for farm in farms}

    def lead(farm: str) -> str:
        while leader[farm] != farm:
            farm = leader[farm]
        return farm

    first: dict[str, str] = {}
    for farm, group in zip(farms, groups, strict=True):
        leader[lead(farm)] = lead(first.setdefault(group, farm))
    return [lead(farm) for farm in farms]


def _folds_holding(held: list[list[int]], count: int) -> tuple[Fold, ...]:
    everything = np.arange(count)
    return tuple(
        Fold(
            train=tuple(np.setdiff1d(everything, rows).tolist()),
            test=tuple(sorted(rows)),
        )
        for rows in held
    )


def _check_folds(folds: int, groups: int) -> None:
    if not FEWEST_FOLDS <= folds <= groups:
        raise LibraryError(
            f"expected {FEWEST_FOLDS} to {groups} folds, one group or more in each, "
            f"found {folds}"
        )
