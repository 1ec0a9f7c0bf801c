"""The networks that have a name: the published optima, and multi-task ones.

The three 1D-CNNs are those that Bayesian optimisation found for localising from the
global library (Shen and Viscarra Rossel 2021), layer by layer. The sizes of the others
are our choice: small enough for a farm gateway and a few hundred soils.
"""

from trainer.errors import CalibrationError
from trainer.networks.convolution_block import ConvolutionBlock
from trainer.networks.convolutional_recipe import ConvolutionalRecipe
from trainer.networks.dense_block import DenseBlock
from trainer.networks.multi_task_recipe import MultiTaskRecipe
from trainer.networks.network_recipe import NetworkRecipe
from trainer.networks.progressive_experts_recipe import ProgressiveExpertsRecipe

CHINA = ConvolutionalRecipe(
    name="cnn-china",
    convolutions=(
        ConvolutionBlock(
            filters=232, kernel=3, stride=2, activation="swish", dropout=0.001
        ),
    ),
    dense=(DenseBlock(units=22, activation="elu", dropout=0.38),),
)
SWEDEN = ConvolutionalRecipe(
    name="cnn-sweden",
    convolutions=(
        ConvolutionBlock(
            filters=214,
            kernel=10,
            stride=6,
            padding="same",
            activation="selu",
            dropout=0.20,
        ),
    ),
    dense=(
        DenseBlock(units=446, activation="leaky-relu", batch_normalisation=True),
        DenseBlock(units=208, activation="swish", dropout=0.48),
    ),
)
USA = ConvolutionalRecipe(
    name="cnn-usa",
    convolutions=(
        ConvolutionBlock(
            filters=212,
            kernel=7,
            stride=3,
            padding="same",
            activation="swish",
            dropout=0.16,
        ),
    ),
    dense=(
        DenseBlock(units=1005, activation="swish"),
        DenseBlock(units=1015, activation="selu"),
    ),
)
MULTI_TASK = MultiTaskRecipe(
    name="multi-task",
    trunk=(
        ConvolutionBlock(
            filters=32, kernel=9, stride=3, padding="same", activation="swish"
        ),
        ConvolutionBlock(
            filters=64,
            kernel=5,
            stride=2,
            padding="same",
            activation="swish",
            pooling=2,
        ),
    ),
    head=(DenseBlock(units=64, activation="swish", dropout=0.1),),
)
MULTI_TASK_SPECTROGRAM = MultiTaskRecipe(
    name="multi-task-spectrogram",
    view="spectrogram",
    trunk=(
        ConvolutionBlock(filters=16, kernel=3, padding="same", pooling=2),
        ConvolutionBlock(filters=32, kernel=3, padding="same", pooling=2),
    ),
    head=(DenseBlock(units=64, dropout=0.1),),
)
PROGRESSIVE_EXPERTS = ProgressiveExpertsRecipe(
    name="progressive-experts",
    stem=(
        ConvolutionBlock(
            filters=32, kernel=16, stride=8, padding="same", activation="swish"
        ),
    ),
    tower=(DenseBlock(units=32, activation="swish"),),
)

NAMED_RECIPES: dict[str, NetworkRecipe] = {
    recipe.name: recipe
    for recipe in (
        CHINA,
        SWEDEN,
        USA,
        MULTI_TASK,
        MULTI_TASK_SPECTROGRAM,
        PROGRESSIVE_EXPERTS,
    )
}


def recipe_named(name: str) -> NetworkRecipe:
    """Return the recipe called `name`, or refuse the name."""
    if name not in NAMED_RECIPES:
        known = ", ".join(NAMED_RECIPES)
        raise CalibrationError(
            f"expected one of the recipes {known}, or a recipe's file, found {name!r}"
        )
    return NAMED_RECIPES[name]
