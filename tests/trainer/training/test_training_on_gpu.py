"""A GPU computes in bfloat16 and compiled; what it learns must still resume and fit."""

import msgspec
import numpy as np
import pytest
import torch

from tests.trainer.training.small_run import StopAfter, small_plan, small_soils
from trainer.training.train_network import train_network
from trainer.training.training_settings import TrainingPlan

NEVER = 10**9


def gpu_plan() -> TrainingPlan:
    plan = small_plan(epochs=30, patience=29)
    settings = msgspec.structs.replace(plan.settings, device="cuda")
    return msgspec.structs.replace(plan, settings=settings)


@pytest.mark.gpu
def test_a_network_learns_on_a_gpu_and_answers_on_a_cpu() -> None:
    watch, soils = StopAfter(NEVER), small_soils()

    trained = train_network(gpu_plan(), soils, watch)

    assert watch.figures[trained.standing.best_epoch].score < 0.5
    with torch.no_grad():
        told = trained.network(torch.from_numpy(soils.spectra)).numpy()
    assert np.isfinite(told).all()


@pytest.mark.gpu
def test_a_run_goes_on_on_a_gpu() -> None:
    first = StopAfter(8)
    train_network(gpu_plan(), small_soils(), first)

    resumed = train_network(gpu_plan(), small_soils(), start=first.checkpoint)

    assert resumed.standing.epoch == 30
