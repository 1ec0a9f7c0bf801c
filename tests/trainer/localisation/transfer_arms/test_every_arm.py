"""What every arm promises, whatever it does."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.trainer.localisation.transfer_arms.small_arms import (
    ARMS,
    INSTANCES,
    PLS,
    customer,
    other_farms,
)
from trainer.errors import CalibrationError
from trainer.localisation.transfer_arms.instance_transfer import InstanceTransfer
from trainer.localisation.transfer_arms.product_arm import ProductArm
from trainer.localisation.transfer_arms.transfer_arm import TransferArm, instances_of

LIBRARY = other_farms()
FARM = customer(24)
TOLD = customer().spectra[24:]

every_arm = pytest.mark.parametrize("arm", ARMS, ids=lambda arm: arm.name)


@every_arm
def test_an_arm_tells_every_soil_and_its_graph_the_same(arm: TransferArm) -> None:
    fitted = arm.fit(LIBRARY, FARM, seed=1)

    predicted = fitted.predict(TOLD)
    with torch.no_grad():
        graph = fitted.as_graph()(torch.from_numpy(TOLD)).numpy()

    assert isinstance(arm, TransferArm)
    assert predicted.shape == (len(TOLD), 1)
    np.testing.assert_allclose(graph, predicted, rtol=1e-3, atol=1e-3)


@every_arm
def test_an_arm_is_decided_by_its_seed(arm: TransferArm) -> None:
    first, again = (arm.fit(LIBRARY, FARM, seed=1).predict(TOLD) for _ in range(2))

    assert np.array_equal(first, again)


@every_arm
@pytest.mark.parametrize("labels", [1, 3])
def test_an_arm_works_with_a_label_or_three(arm: TransferArm, labels: int) -> None:
    predicted = arm.fit(LIBRARY, customer(labels), seed=0).predict(TOLD)

    assert np.isfinite(predicted).all()


@every_arm
def test_only_arms_that_learn_from_labels_change_with_them(arm: TransferArm) -> None:
    others = replace(FARM, values=FARM.values[::-1].copy())

    one, other = (arm.fit(LIBRARY, farm, 0).predict(TOLD) for farm in (FARM, others))

    assert np.array_equal(one, other) != arm.learns_from_labels


@pytest.mark.parametrize(
    "arm", [arm for arm in ARMS if arm.needs_library_samples], ids=lambda arm: arm.name
)
def test_without_a_library_an_arm_says_that_it_needs_one(arm: TransferArm) -> None:
    with pytest.raises(
        CalibrationError, match=r"expected a library .*found n(one|either)"
    ):
        arm.fit(None, FARM, seed=0)


def test_instances_are_rows_of_the_library_given() -> None:
    rows = instances_of(InstanceTransfer(PLS, INSTANCES).fit(LIBRARY, FARM, seed=0))

    assert rows is not None
    assert len(set(rows)) == len(rows) == INSTANCES.settings.keep
    assert 0 <= min(rows) <= max(rows) < len(LIBRARY.soils)


def test_the_product_is_an_arm_like_the_others() -> None:
    arm: TransferArm = ProductArm()

    fitted = arm.fit(LIBRARY, FARM, seed=1)
    with torch.no_grad():
        graph = fitted.as_graph()(torch.from_numpy(TOLD)).numpy()

    assert isinstance(arm, TransferArm)
    np.testing.assert_array_equal(graph, fitted.predict(TOLD).astype(np.float32))
