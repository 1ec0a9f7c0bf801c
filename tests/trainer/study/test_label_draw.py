"""Labelled soils are never judged, and judged ones are the same for every count."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trainer.study.small_study import paired_library
from trainer.errors import EvaluationError
from trainer.library.spectral_library import SpectralLibrary
from trainer.study.label_draw import DrawOrder, LabelDraw, draw_labels


def draw(
    labels: int, seed: int = 0, library: SpectralLibrary | None = None
) -> LabelDraw:
    return draw_labels(
        library or paired_library(), DrawOrder("farm-1", labels, 20, seed)
    )


def test_judged_soils_do_not_depend_on_the_number_of_labels() -> None:
    few, many = draw(4), draw(20)

    assert np.array_equal(few.judged, many.judged)
    assert set(few.labelled) < set(many.labelled)
    assert not set(many.labelled) & set(many.judged)
    assert (len(few.labelled), len(many.labelled), len(many.judged)) == (4, 20, 20)


def test_groups_are_labelled_or_judged_whole() -> None:
    library, drawn = paired_library(), draw(7)

    labelled = {library.groups[row] for row in drawn.labelled}
    judged = {library.groups[row] for row in drawn.judged}

    assert not labelled & judged
    assert len(drawn.labelled) == 6


def test_a_seed_draws_the_same_and_another_one_others() -> None:
    one, again, other = draw(6, 1), draw(6, 1), draw(6, 2)

    assert np.array_equal(one.labelled, again.labelled)
    assert not np.array_equal(one.labelled, other.labelled)


def test_the_library_holds_no_soil_of_the_farm_nor_of_its_groups() -> None:
    library = paired_library()
    groups = ("profile-20", *library.groups[1:])  # farm-1's first profile
    shared = replace(library, groups=groups)

    drawn = draw(6, library=shared)

    farms = {shared.farms[row] for row in drawn.library}
    assert farms == {"farm-0", "farm-2"}
    assert 0 not in drawn.library
    assert 1 in drawn.library


def test_soils_without_a_value_are_neither_labelled_nor_judged() -> None:
    library = paired_library()
    values = library.values.copy()
    values[40:48] = np.nan

    drawn = draw(6, library=replace(library, values=values))

    assert not set(range(40, 48)) & {*drawn.labelled, *drawn.judged}


def test_no_label_at_all_leaves_the_same_soils_to_judge() -> None:
    assert len(draw(0).labelled) == 0
    assert np.array_equal(draw(0).judged, draw(20).judged)


def test_a_farm_with_too_few_soils_to_judge_is_refused() -> None:
    with pytest.raises(EvaluationError, match=r"at least 10 soils of farm-1.*found 4"):
        draw_labels(paired_library(), DrawOrder("farm-1", 36, 36, 0))
