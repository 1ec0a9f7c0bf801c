"""Which places are learned from and which are held back, by year, by box, or by both.

Pixels of one box share soil, weather, satellites and often a field: a box never stands
on two sides. By year, the same land is seen again in another season. By both, what is
held back is another season of other land; what is neither is left out.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trainer.crops.series.series_set import PlaceTable
from trainer.errors import LibraryError

SplitKind = Literal["year", "box", "both"]
PARTS = ("train", "validation", "test")
METRES_A_DEGREE = 111_000
SAME_PLACE_M = 5.0
"""Pixels whose middles are nearer than this are one pixel under two names."""


@dataclass(frozen=True)
class SplitOrder:
    """How places are split.

    Attributes:
        train_years, validation_years, test_years: Which years go where; years are not
            looked at where all three are empty.
        validation_share, test_share: Of the boxes; boxes are not looked at where both
            are nothing.
        seed: Of the order in which boxes are dealt.
    """

    train_years: tuple[int, ...] = ()
    validation_years: tuple[int, ...] = ()
    test_years: tuple[int, ...] = ()
    validation_share: float = 0.0
    test_share: float = 0.0
    seed: int = 0

    @property
    def years(self) -> tuple[tuple[int, ...], ...]:
        """The years of each part."""
        return self.train_years, self.validation_years, self.test_years

    @property
    def kind(self) -> SplitKind:
        """By which rule."""
        by_year = any(self.years)
        by_box = self.validation_share + self.test_share > 0
        if not (by_year or by_box):
            raise LibraryError(
                "expected years or shares of boxes to split by, found neither; say "
                "--test-years, or --test-share"
            )
        if by_year and by_box:
            return "both"
        return "year" if by_year else "box"


@dataclass(frozen=True, eq=False)
class SeriesSplit:
    """Rows of a set of series.

    Attributes:
        kind: By which rule.
        train, validation, test: Rows in their order; validation may be empty.
    """

    kind: SplitKind
    train: NDArray[np.intp]
    validation: NDArray[np.intp]
    test: NDArray[np.intp]

    @property
    def parts(self) -> dict[str, NDArray[np.intp]]:
        """The rows by the name of their part."""
        return dict(zip(PARTS, (self.train, self.validation, self.test), strict=True))


def split_places(places: PlaceTable, order: SplitOrder) -> SeriesSplit:
    """Split places, or refuse; the same order splits the same places alike."""
    kind = order.kind
    rules = []
    if kind != "box":
        rules.append(_by_year(places.years, order))
    if kind != "year":
        rules.append(_by_box(places.boxes, order))
    part = np.where(rules[0] == rules[-1], rules[0], -1)
    rows = [np.flatnonzero(part == number) for number in range(len(PARTS))]
    split = SeriesSplit(kind, *rows)
    for name, found in split.parts.items():
        if not len(found) and name != "validation":
            raise LibraryError(
                f"expected places in every part, found none for {name} by {kind}; "
                "choose other years, or a larger share of boxes"
            )
    check_split(places, split)
    return split


def check_split(places: PlaceTable, split: SeriesSplit) -> None:
    """Refuse a split whose parts share a year, or a box or place, by its rule."""
    names = list(split.parts)
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            pair = split.parts[one], split.parts[other]
            if split.kind != "box":
                _refuse_shared(places.years.astype(np.str_), pair, (one, other), "year")
            if split.kind != "year":
                _refuse_shared(places.boxes, pair, (one, other), "box")
                _refuse_shared(places.names, pair, (one, other), "place")
                _refuse_shared(_positions(places), pair, (one, other), "position")


def _by_year(years: NDArray[np.int16], order: SplitOrder) -> NDArray[np.int8]:
    part = np.full(len(years), -1, dtype=np.int8)
    named = [year for group in order.years for year in group]
    twice = sorted({year for year in named if named.count(year) > 1})
    if twice:
        raise LibraryError(
            f"expected each year in one part, found {twice[0]} in several; take it out "
            "of all but one"
        )
    for number, group in enumerate(order.years):
        part[np.isin(years, group)] = number
    return part


def _by_box(boxes: NDArray[np.str_], order: SplitOrder) -> NDArray[np.int8]:
    """Deal shuffled boxes: the first to the test, the next to validation."""
    names, member = np.unique(boxes, return_inverse=True)
    shuffled = np.random.default_rng(order.seed).permutation(len(names))
    test = _count(order.test_share, len(names))
    validation = _count(order.validation_share, len(names))
    if test + validation >= len(names):
        raise LibraryError(
            f"expected boxes to be left to learn from, found {len(names)} of which "
            f"{test + validation} are held back; hold back fewer, or bring more"
        )
    dealt = np.zeros(len(names), dtype=np.int8)
    dealt[shuffled[:test]] = PARTS.index("test")
    dealt[shuffled[test : test + validation]] = PARTS.index("validation")
    part: NDArray[np.int8] = dealt[member]
    return part


def _count(share: float, boxes: int) -> int:
    """Return how many boxes a share is: one at least where there is a share."""
    return max(1, round(share * boxes)) if share > 0 else 0


def _refuse_shared(
    keys: NDArray[np.str_],
    pair: tuple[NDArray[np.intp], NDArray[np.intp]],
    parts: tuple[str, str],
    what: str,
) -> None:
    shared = np.intersect1d(keys[pair[0]], keys[pair[1]])
    if len(shared):
        raise LibraryError(
            f"expected no {what} in both {parts[0]} and {parts[1]}, found "
            f"{len(shared)}, such as {shared[0]}; what is held back would be known"
        )


def _positions(places: PlaceTable) -> NDArray[np.str_]:
    """Return where places lie, as text that is the same for the same pixel."""
    step = SAME_PLACE_M / METRES_A_DEGREE
    east = np.round(places.longitudes / step).astype(np.int64)
    north = np.round(places.latitudes / step).astype(np.int64)
    found: NDArray[np.str_] = np.char.add(
        np.char.add(east.astype(np.str_), "/"), north.astype(np.str_)
    )
    return found
