"""Layers have names, whatever the recipe, and a name that none has is refused."""

import pytest
import torch

from trainer.errors import CalibrationError
from trainer.networks.named_recipes import NAMED_RECIPES, recipe_named
from trainer.networks.network_layers import layers_called, layers_of
from trainer.networks.network_shape import NetworkShape

SHAPE = NetworkShape(64, torch.eye(3))


@pytest.mark.parametrize(
    ("recipe", "names"),
    [
        ("cnn-china", "convolution-1 dense-1 output"),
        ("cnn-sweden", "convolution-1 dense-1 dense-2 output"),
        ("multi-task", "convolution-1 convolution-2 dense-1 output"),
        ("progressive-experts", "convolution-1 experts-1 experts-2 dense-1 output"),
    ],
)
def test_layers_are_named_from_the_scan_to_the_answer(recipe: str, names: str) -> None:
    layers = layers_of(recipe_named(recipe).build(SHAPE))

    assert [layer.name for layer in layers] == names.split()


@pytest.mark.parametrize("recipe", NAMED_RECIPES)
def test_every_weight_belongs_to_one_layer(recipe: str) -> None:
    core = recipe_named(recipe).build(SHAPE)

    told = [id(one) for layer in layers_of(core) for one in layer.parameters()]

    assert sorted(told) == sorted(id(weight) for weight in core.parameters())


def test_normalisation_and_dropout_belong_to_the_layer_before_them() -> None:
    dense = layers_of(recipe_named("cnn-sweden").build(SHAPE))[1]

    kinds = [type(module).__name__ for module in dense.modules]

    assert kinds == ["Linear", "BatchNorm1d", "LeakyReLU"]


def test_a_kind_names_all_its_layers() -> None:
    layers = layers_of(recipe_named("multi-task").build(SHAPE))

    named = layers_called(layers, ("convolution", "output"))

    assert [one.name for one in named] == ["convolution-1", "convolution-2", "output"]


def test_a_name_that_no_layer_has_is_refused() -> None:
    layers = layers_of(recipe_named("cnn-usa").build(SHAPE))

    with pytest.raises(CalibrationError, match=r"dense-2, output.*found 'dense-3'"):
        layers_called(layers, ("dense-3",))
