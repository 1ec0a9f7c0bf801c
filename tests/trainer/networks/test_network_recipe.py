"""Recipes are kept as JSON; scalings live inside the network."""

import numpy as np
import pytest
import torch
from torch import nn

from trainer.errors import CalibrationError
from trainer.networks.named_recipes import NAMED_RECIPES
from trainer.networks.network_recipe import (
    NetworkRecipe,
    recipe_as_json,
    recipe_from_json,
)
from trainer.networks.scaled_network import scaled_network, scaling_of


@pytest.mark.parametrize("recipe", NAMED_RECIPES.values(), ids=NAMED_RECIPES)
def test_a_recipe_is_read_back_as_it_was_written(recipe: NetworkRecipe) -> None:
    assert recipe_from_json(recipe_as_json(recipe)) == recipe


def test_a_recipe_with_an_unknown_field_is_refused_by_its_name() -> None:
    text = recipe_as_json(NAMED_RECIPES["cnn-usa"]).replace(b'"filters"', b'"filter"')

    with pytest.raises(CalibrationError, match="filter"):
        recipe_from_json(text)


def test_values_leave_the_network_in_their_own_units() -> None:
    spectra = np.linspace(0.1, 0.6, 12, dtype=np.float32).reshape(4, 3)
    values = np.array([[1.0, 50.0], [3.0, 70.0], [5.0, np.nan], [7.0, 90.0]])
    network = scaled_network(nn.Linear(3, 2), spectra, values)

    scaled = network.scaled_spectra(torch.from_numpy(spectra))
    answer = network(torch.from_numpy(spectra))

    assert torch.allclose(scaled.mean(dim=0), torch.zeros(3), atol=1e-6)
    assert torch.allclose(scaled.std(dim=0, correction=0), torch.ones(3), atol=1e-5)
    centred = (answer - torch.tensor([4.0, 70.0])) / scaling_of(values).deviation
    assert torch.allclose(centred, network.core(scaled), atol=1e-5)


def test_a_target_without_any_value_is_refused() -> None:
    with pytest.raises(CalibrationError, match="target without any"):
        scaling_of(np.full((3, 1), np.nan))
