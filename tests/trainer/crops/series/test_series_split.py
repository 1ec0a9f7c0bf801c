"""Nothing that is held back was learned from: no year, box, or place."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.crops.series.series_set import PlaceTable
from trainer.crops.series.series_split import (
    SeriesSplit,
    SplitOrder,
    check_split,
    split_places,
)
from trainer.errors import LibraryError

YEARS = (2019, 2020, 2021)


def made_places(boxes: int = 6, in_a_box: int = 2) -> PlaceTable:
    """Return every place in every year."""
    rows = [
        (f"{box}-{number}", f"box-{box}", year, 0.01 * box + 0.001 * number)
        for box in range(boxes)
        for number in range(in_a_box)
        for year in YEARS
    ]
    names, in_boxes, years, degrees = zip(*rows, strict=True)
    return PlaceTable(
        names=np.array(names),
        boxes=np.array(in_boxes),
        years=np.array(years, dtype=np.int16),
        fields=np.array([""] * len(rows)),
        longitudes=np.array(degrees),
        latitudes=np.array(degrees) + 40,
        labels=np.zeros(len(rows), dtype=np.int16),
    )


def by_year() -> SplitOrder:
    return SplitOrder(train_years=(2021,), validation_years=(2020,), test_years=(2019,))


def test_by_year_each_part_has_its_years() -> None:
    places = made_places()

    split = split_places(places, by_year())

    assert set(places.years[split.train]) == {2021}
    assert set(places.years[split.validation]) == {2020}
    assert set(places.years[split.test]) == {2019}
    assert split.kind == "year"


def test_by_both_what_is_held_back_is_another_season_of_other_land() -> None:
    places = made_places()
    order = replace(by_year(), test_share=0.3, validation_share=0.2)

    split = split_places(places, order)

    assert set(places.years[split.test]) == {2019}
    known = set(places.boxes[split.train])
    assert known.isdisjoint(places.boxes[split.test])
    assert known.isdisjoint(places.boxes[split.validation])
    assert sum(map(len, split.parts.values())) < len(places)


@given(st.integers(3, 30), st.floats(0.05, 0.4), st.integers(0, 100))
def test_by_box_no_box_stands_on_two_sides(boxes: int, share: float, seed: int) -> None:
    places = made_places(boxes, in_a_box=1)

    split = split_places(places, SplitOrder(test_share=share, seed=seed))

    assert set(places.boxes[split.train]).isdisjoint(places.boxes[split.test])
    assert len(split.train) + len(split.test) == len(places)


def test_the_same_order_splits_alike_and_another_seed_does_not() -> None:
    places = made_places(boxes=20)
    order = SplitOrder(test_share=0.3, seed=4)

    once, again = (split_places(places, order).test for _ in range(2))
    other = split_places(places, replace(order, seed=5)).test

    assert once.tolist() == again.tolist()
    assert once.tolist() != other.tolist()


@pytest.mark.parametrize(
    ("order", "evidence"),
    [
        (SplitOrder(), "found neither"),
        (SplitOrder(train_years=(2019,), test_years=(2019,)), "2019 in several"),
        (SplitOrder(train_years=(2019,), test_years=(1999,)), "none for test"),
        (SplitOrder(validation_share=0.6, test_share=0.6), "left to learn from"),
    ],
)
def test_an_order_that_leaves_nothing_is_refused(
    order: SplitOrder, evidence: str
) -> None:
    with pytest.raises(LibraryError, match=evidence):
        split_places(made_places(), order)


@pytest.mark.parametrize(
    ("kind", "changed", "evidence"),
    [
        ("year", {}, "no year in both"),
        ("box", {}, "no box in both"),
        ("box", {"boxes": True}, "no place in both"),
        ("box", {"boxes": True, "names": True}, "no position in both"),
    ],
)
def test_a_split_with_the_same_on_both_sides_is_refused(
    kind: str, changed: dict[str, bool], evidence: str
) -> None:
    places = made_places(boxes=1, in_a_box=1)
    names = {what: np.array(["x", "y", "z"]) for what in changed}
    told = replace(places, **names)
    parts = [np.array([row], dtype=np.intp) for row in range(3)]
    if kind == "year":
        told = replace(told, years=np.array([2019, 2019, 2020], dtype=np.int16))

    with pytest.raises(LibraryError, match=evidence):
        check_split(told, SeriesSplit(kind, *parts))  # type: ignore[arg-type]
