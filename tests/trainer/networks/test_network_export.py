"""Every kind of network leaves as one ONNX graph that answers alike."""

import numpy as np
import pytest
import torch

from tests.trainer.networks.contract_graph import assert_exports_alike
from trainer.networks.convolution_block import ConvolutionBlock
from trainer.networks.convolutional_recipe import ConvolutionalRecipe
from trainer.networks.dense_block import DenseBlock
from trainer.networks.multi_task_recipe import MultiTaskRecipe
from trainer.networks.network_recipe import NetworkRecipe
from trainer.networks.network_shape import NetworkShape
from trainer.networks.progressive_experts_recipe import ProgressiveExpertsRecipe
from trainer.networks.scaled_network import scaled_network

BANDS = 64
CONVOLUTION = ConvolutionBlock(
    filters=4, kernel=10, stride=6, padding="same", activation="selu", dropout=0.2
)
HEAD = (DenseBlock(units=5, activation="leaky-relu", batch_normalisation=True),)
SMALL: list[NetworkRecipe] = [
    ConvolutionalRecipe(name="convolutional", convolutions=(CONVOLUTION,), dense=HEAD),
    MultiTaskRecipe(
        name="multi-task",
        trunk=(ConvolutionBlock(filters=4, kernel=5, pooling=2),),
        head=HEAD,
    ),
    MultiTaskRecipe(
        name="multi-task-spectrogram",
        view="spectrogram",
        trunk=(ConvolutionBlock(filters=4, kernel=3, padding="same", pooling=2),),
        head=HEAD,
    ),
    ProgressiveExpertsRecipe(
        name="progressive-experts", stem=(CONVOLUTION,), levels=1, tower=HEAD
    ),
]


@pytest.mark.parametrize("recipe", SMALL, ids=lambda one: one.name)
def test_an_exported_network_answers_as_its_model(recipe: NetworkRecipe) -> None:
    random = np.random.default_rng(5)
    torch.manual_seed(5)
    spectra = random.uniform(0.1, 0.6, (9, BANDS)).astype(np.float32)
    shape = NetworkShape(BANDS, torch.tensor([[1.0, 0.4], [0.4, 1.0]]))

    network = scaled_network(recipe.build(shape), spectra, random.normal(size=(9, 2)))

    assert_exports_alike(network, spectra)
