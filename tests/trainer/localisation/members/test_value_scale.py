"""Values go to the scale of a fit and come back; ranges stay believable."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from trainer.calibrations.target_model import believable_range
from trainer.localisation.members.value_scale import (
    believable_ranges,
    scale_of_values,
)

Array = NDArray[np.float64]
LABELS = arrays(np.float64, (3, 5), elements=st.floats(0.01, 1000))


@given(values=LABELS, is_logarithmic=st.booleans())
def test_values_come_back_from_the_scale(values: Array, is_logarithmic: bool) -> None:
    scale = scale_of_values(values, is_logarithmic=is_logarithmic)

    back = scale.to_values(scale.to_standard(values), np.full((3, 1), 1e4))

    np.testing.assert_allclose(back, values, rtol=1e-6)


@given(values=LABELS)
def test_each_farm_is_scaled_by_its_own_labels(values: Array) -> None:
    values[:, 0] += 10

    standard = scale_of_values(values).to_standard(values)

    np.testing.assert_allclose(standard.mean(axis=1), 0, atol=1e-6)
    varies = values.std(axis=1) > 1e-6
    np.testing.assert_allclose(standard[varies].std(axis=1), 1, rtol=1e-6)


def test_labels_that_are_all_alike_are_only_centred() -> None:
    values = np.full((1, 4), 2.5)

    np.testing.assert_array_equal(scale_of_values(values).to_standard(values), 0)


def test_logarithms_are_not_raised_beyond_what_is_believable() -> None:
    values = np.array([[1.0, 2.0, 4.0]])
    scale = scale_of_values(values, is_logarithmic=True)

    raised = scale.to_values(np.array([[50.0]]), np.array([[7.0]]))

    assert raised == pytest.approx(7.0)


@given(values=arrays(np.float64, (3, 5), elements=st.floats(-1000, 1000)))
def test_ranges_of_a_stack_are_those_of_its_farms(values: Array) -> None:
    least, most = believable_ranges(values)

    for at, own in enumerate(values):
        assert (least[at, 0], most[at, 0]) == believable_range(own)
