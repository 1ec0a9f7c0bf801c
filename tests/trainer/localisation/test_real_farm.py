"""Real soils: labels must help on soils that were never labelled."""

import numpy as np

from tests.benchmarks.localised_accuracy import measure


def test_labels_help_on_a_real_farm() -> None:
    none, thirty = measure(["cv-98"], seeds=2, labels=(0, 30))

    assert thirty.rmse < 0.5 * none.rmse
    assert thirty.r2 > 0.4
    assert thirty.flagged < 0.15
    assert np.isfinite(thirty.coverage)
