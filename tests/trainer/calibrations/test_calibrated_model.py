"""The module that is exported: shapes, order and limits of its answers."""

import numpy as np
import torch

from protocols.graph_contract import OUTPUTS
from tests.trainer.localisation.made_soils import (
    CARBON,
    CLAY,
    GRID,
    made_farm,
    made_knowledge,
)
from trainer.export.export_parity import answer_of
from trainer.localisation.farm_model import as_module, localise

MODEL = as_module(
    localise(made_knowledge(soils=20, targets=(CARBON, CLAY)), made_farm(12, targets=2))
)


def test_answers_have_the_shapes_of_the_graph_contract() -> None:
    outputs = MODEL(torch.full((5, GRID.bands), 0.4))

    shapes = dict(zip(OUTPUTS, (tuple(one.shape) for one in outputs), strict=True))
    assert shapes == {
        "value": (5, 2),
        "low": (5, 2),
        "high": (5, 2),
        "novelty": (5,),
    }


def test_low_value_and_high_stay_in_order_whatever_is_scanned() -> None:
    random = np.random.default_rng(0)
    scans = random.uniform(0, 1, (200, GRID.bands)).astype(np.float32)

    answer = answer_of(MODEL, scans)

    assert (answer.low >= 0).all()
    assert (answer.low <= answer.value).all()
    assert (answer.value <= answer.high).all()
    assert np.isfinite(answer.novelty).all()


def test_a_batch_answers_as_its_scans_one_by_one() -> None:
    scans = made_farm(20, start=80).spectra

    together = answer_of(MODEL, scans)
    alone = [answer_of(MODEL, scan[np.newaxis]).value[0] for scan in scans]

    np.testing.assert_allclose(together.value, alone, rtol=1e-4)
