"""Which networks a search may try.

Shen and Viscarra Rossel (2021) searched by Bayesian optimisation but published only
what they found. The ranges here are our choice: they hold all three published optima,
and up to two convolution and two fully connected blocks.
"""

from typing import cast, get_args

from optuna.trial import BaseTrial

from trainer.networks.activation import Activation
from trainer.networks.convolution_block import ConvolutionBlock
from trainer.networks.convolutional_recipe import ConvolutionalRecipe
from trainer.networks.dense_block import DenseBlock

ACTIVATIONS = [name for name in get_args(Activation) if name != "linear"]
FILTERS = (8, 256)
KERNEL = (2, 20)
STRIDE = (1, 6)
POOLING = (1, 4)
UNITS = (16, 1024)
DROPOUT = (0.0, 0.5)
LEARNING_RATE = (1e-4, 1e-2)
BLOCKS = (1, 2)


def suggested_recipe(trial: BaseTrial, name: str) -> ConvolutionalRecipe:
    """Let the trial choose every number of a network."""
    convolutions = trial.suggest_int("convolution blocks", *BLOCKS)
    dense = trial.suggest_int("fully connected blocks", *BLOCKS)
    return ConvolutionalRecipe(
        name=name,
        convolutions=tuple(
            _convolution(trial, f"convolution {at + 1}") for at in range(convolutions)
        ),
        dense=tuple(_dense(trial, f"fully connected {at + 1}") for at in range(dense)),
    )


def suggested_learning_rate(trial: BaseTrial) -> float:
    """Let the trial choose the optimiser's first step."""
    return trial.suggest_float("learning rate", *LEARNING_RATE, log=True)


def _convolution(trial: BaseTrial, block: str) -> ConvolutionBlock:
    is_padded = trial.suggest_categorical(f"{block}: padded", [False, True])
    return ConvolutionBlock(
        filters=trial.suggest_int(f"{block}: filters", *FILTERS, log=True),
        kernel=trial.suggest_int(f"{block}: kernel", *KERNEL),
        stride=trial.suggest_int(f"{block}: stride", *STRIDE),
        padding="same" if is_padded else "valid",
        activation=_activation(trial, block),
        dropout=trial.suggest_float(f"{block}: dropout", *DROPOUT),
        pooling=trial.suggest_int(f"{block}: pooling", *POOLING),
    )


def _dense(trial: BaseTrial, block: str) -> DenseBlock:
    return DenseBlock(
        units=trial.suggest_int(f"{block}: units", *UNITS, log=True),
        activation=_activation(trial, block),
        batch_normalisation=trial.suggest_categorical(
            f"{block}: batch normalisation", [False, True]
        ),
        dropout=trial.suggest_float(f"{block}: dropout", *DROPOUT),
    )


def _activation(trial: BaseTrial, block: str) -> Activation:
    name = trial.suggest_categorical(f"{block}: activation", ACTIVATIONS)
    return cast("Activation", name)
