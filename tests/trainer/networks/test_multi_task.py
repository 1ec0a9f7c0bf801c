"""One trunk, one head a property, on spectra and on spectrograms."""

import math

import numpy as np
import pytest
import torch

from trainer.networks.multi_task_recipe import MultiTaskRecipe
from trainer.networks.named_recipes import MULTI_TASK, MULTI_TASK_SPECTROGRAM
from trainer.networks.network_shape import NetworkShape
from trainer.networks.spectrogram import FAINTEST, Spectrogram

BANDS, TARGETS = 120, 4
SHAPE = NetworkShape(BANDS, torch.eye(TARGETS))


@pytest.mark.parametrize(
    "recipe", [MULTI_TASK, MULTI_TASK_SPECTROGRAM], ids=lambda one: one.name
)
def test_a_property_teaches_the_trunk_and_its_own_head_alone(
    recipe: MultiTaskRecipe,
) -> None:
    network = recipe.build(SHAPE)

    network(torch.rand(5, BANDS))[:, 2].sum().backward()

    taught = {
        name.split(".")[2] if ".heads." in name else "trunk"
        for name, weight in network.named_parameters()
        if weight.grad is not None and bool(weight.grad.abs().sum() > 0)
    }
    assert taught == {"trunk", "2"}


def test_the_spectrogram_is_that_of_an_independent_transform() -> None:
    spectrum = np.random.default_rng(3).normal(size=BANDS)
    hann = torch.hann_window(32, dtype=torch.float64).numpy()

    picture = Spectrogram(window=32, step=8)(torch.from_numpy(spectrum)[None].float())

    frames = [spectrum[at : at + 32] * hann for at in range(0, BANDS - 31, 8)]
    power = np.abs(np.fft.rfft(frames, axis=1).T) ** 2 / 32
    assert picture.shape == (1, 1, 17, len(frames))
    assert np.allclose(picture[0, 0], np.log(power + FAINTEST), atol=1e-3)


def test_a_pure_wave_lights_up_its_own_frequency() -> None:
    wave = torch.cos(2 * math.pi * torch.arange(BANDS) / 8)[None]

    picture = Spectrogram(window=32)(wave)

    assert (picture[0, 0].argmax(dim=0) == 4).all()
