"""Local models against scikit-learn and against a plain solution."""

import numpy as np
import pytest
import torch
from sklearn.cross_decomposition import PLSRegression

from trainer.calibrations.local_regression import (
    Neighbourhoods,
    answer_by_process,
    answer_by_solving,
    answers_by_components,
)

RANDOM = np.random.default_rng(4)
KNOWN = RANDOM.normal(size=(3, 40, 12)) * np.linspace(2, 0.2, 12)
SCANS = RANDOM.normal(size=(3, 12)) * np.linspace(2, 0.2, 12)
VALUES = KNOWN @ RANDOM.normal(size=12) + RANDOM.normal(size=(3, 40)) + 5
NEAR = Neighbourhoods(
    torch.from_numpy(KNOWN @ KNOWN.transpose(0, 2, 1)),
    torch.from_numpy((KNOWN @ SCANS[:, :, np.newaxis])[:, :, 0]),
    torch.from_numpy(VALUES),
)


def test_every_component_count_equals_scikit_learn() -> None:
    answers = answers_by_components(NEAR, 8)

    for count in range(1, 9):
        for at in range(3):
            model = PLSRegression(count, scale=False).fit(KNOWN[at], VALUES[at])
            expected = float(model.predict(SCANS[[at]])[0])
            assert float(answers[count - 1][at]) == pytest.approx(expected, abs=1e-6)


def test_more_components_than_the_neighbours_hold_change_nothing() -> None:
    answers = answers_by_components(NEAR, 30)

    torch.testing.assert_close(answers[29], answers[15], atol=1e-6, rtol=0)


@pytest.mark.parametrize("penalty", [0.003, 0.1])
def test_conjugate_gradients_reach_the_solution(penalty: float) -> None:
    scale = float(NEAR.gram.diagonal(dim1=1, dim2=2).mean())
    near = Neighbourhoods(NEAR.gram / scale, NEAR.likeness / scale, NEAR.values)

    answer = answer_by_process(near, penalty)

    torch.testing.assert_close(answer, answer_by_solving(near, penalty))


def test_neighbours_of_one_value_answer_it() -> None:
    same = Neighbourhoods(NEAR.gram, NEAR.likeness, torch.full_like(NEAR.values, 2.0))

    assert (answer_by_process(same, 0.01) == 2).all()
    assert (answers_by_components(same, 3)[2] == 2).all()
