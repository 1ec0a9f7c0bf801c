"""Splits keep groups whole, cover every soil once and belong to one library."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import made_library
from trainer.errors import LibraryError
from trainer.library.kennard_stone import farthest_first
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.splits import (
    Split,
    SplitKind,
    grouped_folds,
    kennard_stone,
    leave_farm_out,
    load_split,
    make_split,
    save_split,
    stratified_folds,
)

TRIPLETS = tuple(f"profile-{row // 3}" for row in range(160))


@pytest.fixture(scope="module")
def library() -> SpectralLibrary:
    return replace(made_library(), groups=TRIPLETS)


@pytest.mark.parametrize("kind", get_args(SplitKind))
def test_no_group_stands_on_both_sides(
    library: SpectralLibrary, kind: SplitKind
) -> None:
    split = make_split(library, kind, folds=4, seed=1)

    for fold in split.folds:
        learned = {library.groups[row] for row in fold.train}
        held = {library.groups[row] for row in fold.test}
        assert learned
        assert held
        assert learned.isdisjoint(held)


@pytest.mark.parametrize("kind", ["grouped", "stratified", "leave-farm-out"])
def test_every_soil_is_held_back_exactly_once(
    library: SpectralLibrary, kind: SplitKind
) -> None:
    split = make_split(library, kind, folds=4, seed=1)

    held = sorted(row for fold in split.folds for row in fold.test)
    assert held == list(range(160))


def test_grouped_folds_are_about_equally_large() -> None:
    folds = grouped_folds(TRIPLETS, folds=5, seed=3)

    sizes = [len(fold.test) for fold in folds]
    assert max(sizes) - min(sizes) <= 3


def test_the_seed_alone_decides_what_is_drawn() -> None:
    first, again, other = (grouped_folds(TRIPLETS, 4, seed) for seed in (5, 5, 6))

    assert first == again
    assert first != other


def test_stratified_folds_share_the_range_of_values() -> None:
    values = np.arange(100.0)
    alone = [str(row) for row in range(100)]

    folds = stratified_folds(values, alone, folds=4, seed=2)

    means = [values[list(fold.test)].mean() for fold in folds]
    assert np.ptp(means) < 4


def test_soils_without_a_value_are_dealt_too() -> None:
    values = np.full(20, np.nan)

    folds = stratified_folds(values, [str(row) for row in range(20)], 4, seed=2)

    assert [len(fold.test) for fold in folds] == [5, 5, 5, 5]


def test_the_farthest_soils_are_learned_from() -> None:
    line = np.array([[0.0], [1.0], [2.0], [3.0], [10.0]])

    assert farthest_first(line)[:3] == [0, 4, 3]


def test_kennard_stone_holds_back_the_inner_soils(library: SpectralLibrary) -> None:
    alone = library.soils

    (fold,) = kennard_stone(library.spectra, alone, test_share=0.25)

    learned = library.spectra[list(fold.train)]
    held = library.spectra[list(fold.test)]
    assert len(fold.test) == 40
    assert held.std(axis=0).mean() < learned.std(axis=0).mean()


def test_farms_of_one_survey_are_held_back_together() -> None:
    farms = ["a", "a", "b", "b", "c"]
    groups = ["1", "survey", "survey", "2", "3"]

    folds = leave_farm_out(farms, groups)

    assert [fold.test for fold in folds] == [(0, 1, 2, 3), (4,)]


def test_a_single_survey_cannot_be_left_out() -> None:
    with pytest.raises(LibraryError, match="use a grouped split"):
        leave_farm_out(["a", "b"], ["survey", "survey"])


def test_more_folds_than_groups_are_refused() -> None:
    with pytest.raises(LibraryError, match="expected 2 to 2 folds"):
        grouped_folds(["a", "a", "b"], folds=3, seed=1)


def test_a_saved_split_comes_back_as_it_was(
    library: SpectralLibrary, tmp_path: Path
) -> None:
    split = make_split(library, "grouped", folds=4, seed=1)

    save_split(split, tmp_path / "split.json")

    assert load_split(tmp_path / "split.json", library.digest) == split


def test_a_split_of_another_library_is_refused(tmp_path: Path) -> None:
    save_split(Split("grouped", 1, "a" * 64, ()), tmp_path / "split.json")

    with pytest.raises(LibraryError, match="expected a split of the library bbbb"):
        load_split(tmp_path / "split.json", "b" * 64)


def test_a_file_that_is_no_split_is_refused_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "split.json").write_text("{}", encoding="utf-8")

    with pytest.raises(LibraryError, match="terroir library split"):
        load_split(tmp_path / "split.json", "b" * 64)
