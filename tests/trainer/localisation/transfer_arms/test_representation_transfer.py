"""Pretrained networks are tuned on labels, kept where that fails, and shared."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from tests.trainer.localisation.transfer_arms.small_arms import (
    BRIEF,
    INSTANCES,
    NETWORK,
    TUNING,
    customer,
    other_farms,
)
from trainer.errors import CalibrationError
from trainer.evaluation.soils_of_library import soils_of
from trainer.localisation.transfer_arms.network_shelf import NetworkShelf
from trainer.localisation.transfer_arms.representation_transfer import (
    RepresentationTransfer,
    TunedNetwork,
    Tuning,
)
from trainer.networks.network_layers import layers_called, layers_of
from trainer.training.fine_tuning import weights_digest
from trainer.training.network_calibration import FittedNetwork

FROZEN = "convolution"


@pytest.fixture(scope="module", name="pretrained")
def pretrained_network() -> FittedNetwork:
    return NETWORK.fit(soils_of(other_farms()), seed=0)


def frozen_weights(fitted: FittedNetwork) -> list[torch.Tensor]:
    layers = layers_called(layers_of(fitted.network.core), (FROZEN,))
    return [weight for layer in layers for weight in layer.parameters()]


def tuned(pretrained: FittedNetwork, tuning: Tuning = TUNING) -> TunedNetwork:
    arm = RepresentationTransfer(NETWORK, tuning, pretrained=pretrained)
    fitted = arm.fit(None, customer(24), seed=0)
    assert isinstance(fitted, TunedNetwork)
    return fitted


def test_a_pretrained_network_is_enough_without_any_library(
    pretrained: FittedNetwork,
) -> None:
    fitted = tuned(pretrained)

    pairs = zip(frozen_weights(pretrained), frozen_weights(fitted), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    assert weights_digest(fitted.network) != weights_digest(pretrained.network)
    assert "erred least on the 5 labels held back; frozen: convolution" in fitted.remark


def test_neither_library_nor_network_is_refused() -> None:
    with pytest.raises(CalibrationError, match="found neither"):
        RepresentationTransfer(NETWORK, TUNING).fit(None, customer(24), 0)


def test_the_pretrained_network_is_kept_where_tuning_does_not_help(
    pretrained: FittedNetwork,
) -> None:
    farm = customer(24)
    farm = replace(farm, values=pretrained.predict(farm.spectra))

    fitted = RepresentationTransfer(NETWORK, TUNING, pretrained=pretrained).fit(
        None, farm, 0
    )

    assert isinstance(fitted, TunedNetwork)
    assert "it is kept" in fitted.remark
    assert weights_digest(fitted.network) == weights_digest(pretrained.network)


def test_three_labels_leave_the_pretrained_network_as_it_is(
    pretrained: FittedNetwork,
) -> None:
    arm = RepresentationTransfer(NETWORK, TUNING, pretrained=pretrained)

    fitted = arm.fit(None, customer(3), seed=0)

    assert isinstance(fitted, TunedNetwork)
    assert "too few to tune by" in fitted.remark
    assert weights_digest(fitted.network) == weights_digest(pretrained.network)


def test_every_depth_is_tried_where_none_is_named(pretrained: FittedNetwork) -> None:
    arm = RepresentationTransfer(NETWORK, Tuning(frozen=(), training=BRIEF))

    ways = arm._ways(pretrained.network)

    frozen = [way.fine_tuning.frozen for way in ways]
    assert frozen == [(), ("convolution-1",), ("convolution-1", "dense-1")]


def test_of_several_ways_the_one_that_errs_least_on_labels_held_back_is_taken(
    pretrained: FittedNetwork,
) -> None:
    slow = msgspec.structs.replace(BRIEF, learning_rate=1e-9)
    both = replace(TUNING, training=slow, learning_rates=(1e-9, 1e-2))

    chosen, best = tuned(pretrained, both), tuned(pretrained)

    assert weights_digest(chosen.network) == weights_digest(best.network)
    assert chosen.remark.endswith("rate 0.01")


def test_instances_teach_and_only_the_farm_is_held_back() -> None:
    library = other_farms()
    arm = RepresentationTransfer(NETWORK, TUNING, instances=INSTANCES, kind="dtl-ir")

    fitted = arm.fit(library, customer(24), seed=0)

    assert isinstance(fitted, TunedNetwork)
    assert fitted.instances
    assert "the 5 labels held back" in fitted.remark


def test_a_network_on_the_shelf_is_not_trained_again(tmp_path: Path) -> None:
    shelf, soils = NetworkShelf(tmp_path), soils_of(other_farms())

    first = shelf.fit(NETWORK, soils, seed=0)
    (kept,) = tmp_path.glob("*.pt")
    written = kept.stat().st_mtime_ns
    again = shelf.fit(NETWORK, soils, seed=0)

    assert kept.stat().st_mtime_ns == written
    assert np.array_equal(first.predict(soils.spectra), again.predict(soils.spectra))


def test_other_soils_seeds_or_settings_have_their_own_place(tmp_path: Path) -> None:
    shelf, soils = NetworkShelf(tmp_path), soils_of(other_farms())
    longer = msgspec.structs.replace(BRIEF, epochs=5)

    shelf.fit(NETWORK, soils, seed=0)
    shelf.fit(NETWORK, soils, seed=1)
    shelf.fit(NETWORK, soils.take(np.arange(40)), seed=0)
    shelf.fit(replace(NETWORK, training=longer), soils, seed=0)

    assert len(list(tmp_path.glob("*.pt"))) == 4


def test_a_network_that_was_cut_short_on_disk_is_trained_anew(tmp_path: Path) -> None:
    shelf, soils = NetworkShelf(tmp_path), soils_of(other_farms())
    told = shelf.fit(NETWORK, soils, seed=0).predict(soils.spectra)
    (kept,) = tmp_path.glob("*.pt")
    kept.write_bytes(kept.read_bytes()[:100])

    again = shelf.fit(NETWORK, soils, seed=0)

    assert np.array_equal(again.predict(soils.spectra), told)
