"""The published optima build to exactly the layers that were published."""

import pytest
import torch
from torch import nn

from trainer.errors import CalibrationError
from trainer.networks.convolution_block import ConvolutionBlock, SamePadding
from trainer.networks.convolutional_recipe import ConvolutionalRecipe
from trainer.networks.dense_block import DenseBlock
from trainer.networks.named_recipes import CHINA, SWEDEN, USA, recipe_named
from trainer.networks.network_shape import NetworkShape

BANDS = 204
ONE_TARGET = NetworkShape(BANDS, torch.eye(1))
BATCH_NORMALISATION = (
    "BatchNorm1d(446, eps=1e-05, momentum=0.1, affine=True, bias=True, "
    "track_running_stats=True)"
)
LAYERS = {
    CHINA.name: [
        "Unflatten(dim=1, unflattened_size=(1, 204))",
        "Conv1d(1, 232, kernel_size=(3,), stride=(2,))",
        "SiLU()",
        "Dropout(p=0.001, inplace=False)",
        "Flatten(start_dim=1, end_dim=-1)",
        f"Linear(in_features={232 * 101}, out_features=22, bias=True)",
        "ELU(alpha=1.0)",
        "Dropout(p=0.38, inplace=False)",
        "Linear(in_features=22, out_features=1, bias=True)",
    ],
    SWEDEN.name: [
        "Unflatten(dim=1, unflattened_size=(1, 204))",
        "SamePadding()",
        "Conv1d(1, 214, kernel_size=(10,), stride=(6,))",
        "SELU()",
        "Dropout(p=0.2, inplace=False)",
        "Flatten(start_dim=1, end_dim=-1)",
        f"Linear(in_features={214 * 34}, out_features=446, bias=True)",
        BATCH_NORMALISATION,
        "LeakyReLU(negative_slope=0.01)",
        "Linear(in_features=446, out_features=208, bias=True)",
        "SiLU()",
        "Dropout(p=0.48, inplace=False)",
        "Linear(in_features=208, out_features=1, bias=True)",
    ],
    USA.name: [
        "Unflatten(dim=1, unflattened_size=(1, 204))",
        "SamePadding()",
        "Conv1d(1, 212, kernel_size=(7,), stride=(3,))",
        "SiLU()",
        "Dropout(p=0.16, inplace=False)",
        "Flatten(start_dim=1, end_dim=-1)",
        f"Linear(in_features={212 * 68}, out_features=1005, bias=True)",
        "SiLU()",
        "Linear(in_features=1005, out_features=1015, bias=True)",
        "SELU()",
        "Linear(in_features=1015, out_features=1, bias=True)",
    ],
}


@pytest.mark.parametrize("recipe", [CHINA, SWEDEN, USA], ids=lambda one: one.name)
def test_a_published_optimum_has_its_published_layers(
    recipe: ConvolutionalRecipe,
) -> None:
    network = recipe.build(ONE_TARGET)

    assert [repr(layer) for layer in network] == LAYERS[recipe.name]
    assert network(torch.rand(3, BANDS)).shape == (3, 1)


@pytest.mark.parametrize(
    ("bands", "kernel", "stride"), [(204, 10, 6), (205, 7, 3), (9, 4, 1), (8, 2, 5)]
)
def test_same_padding_answers_once_a_stride(
    bands: int, kernel: int, stride: int
) -> None:
    padded = SamePadding(kernel, stride)(torch.ones(2, 1, bands))

    answers = nn.functional.conv1d(padded, torch.ones(1, 1, kernel), stride=stride)

    assert answers.shape[2] == -(-bands // stride)
    before, after = padded[0, 0].argmax(), padded[0, 0].flip(0).argmax()
    assert after - before in (0, 1)


def test_every_part_of_a_block_is_built_in_its_order() -> None:
    block = ConvolutionBlock(
        filters=4, kernel=3, padding="same", activation="elu", dropout=0.5, pooling=2
    )

    names = [type(layer).__name__ for layer in block.layers(channels=1)]

    assert names == ["SamePadding", "Conv1d", "ELU", "MaxPool1d", "Dropout"]


def test_a_scan_shorter_than_the_windows_is_refused() -> None:
    recipe = ConvolutionalRecipe(
        name="wide",
        convolutions=(ConvolutionBlock(filters=2, kernel=300),),
        dense=(DenseBlock(units=2),),
    )

    with pytest.raises(CalibrationError, match="found 204 bands"):
        recipe.build(ONE_TARGET)


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(CalibrationError, match=r"cnn-usa.*found 'cnn-france'"):
        recipe_named("cnn-france")
