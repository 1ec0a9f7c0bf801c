"""Soils stand beside one another only where grid and targets are the same."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trainer.training.small_run import small_soils
from trainer.calibrations.joined_soils import analysed, joined, with_columns
from trainer.errors import CalibrationError


def test_soils_of_both_stand_in_order_with_their_groups() -> None:
    soils = small_soils()
    first, second = soils.take(np.arange(5)), soils.take(np.arange(5, 12))

    both = joined(first, second)

    assert both.groups == soils.groups[:12]
    np.testing.assert_array_equal(both.spectra, soils.spectra[:12])
    np.testing.assert_array_equal(both.values, soils.values[:12])


def test_soils_of_other_targets_are_refused() -> None:
    soils = small_soils()

    with pytest.raises(CalibrationError, match=r"found some on .* with clay"):
        joined(soils, with_columns(soils, [1]))


def test_some_targets_are_taken_with_their_names() -> None:
    soils = small_soils()

    clay = with_columns(soils, [1])

    assert clay.targets == (soils.targets[1],)
    np.testing.assert_array_equal(clay.values, soils.values[:, [1]])


def test_soils_without_any_value_are_left_out() -> None:
    soils = small_soils()
    values = soils.values.copy()
    values[:4] = np.nan

    known = analysed(replace(soils, values=values))

    assert known.groups == soils.groups[4:]
