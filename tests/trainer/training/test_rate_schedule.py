"""The rate rises, falls along a cosine, and goes on where a checkpoint left it."""

import pytest
import torch
from torch.optim import AdamW

from trainer.training.rate_schedule import (
    LEAST,
    cosine_share,
    rate_after_epoch,
    rate_schedule,
)
from trainer.training.training_settings import LoopSettings, Schedule


def rates(schedule: Schedule, scores: list[float]) -> list[float]:
    weight = torch.nn.Parameter(torch.zeros(1))
    optimiser = AdamW([weight], lr=1.0)
    settings = LoopSettings(epochs=20, patience=6, schedule=schedule)
    told, found = rate_schedule(optimiser, settings), []
    for score in scores:
        found.append(float(optimiser.param_groups[0]["lr"]))
        optimiser.step()
        rate_after_epoch(told, score)
    return found


def test_a_cosine_rises_shortly_and_falls_to_almost_nothing() -> None:
    shares = [cosine_share(epoch, 40) for epoch in range(41)]

    top = shares.index(max(shares))
    assert top == 4
    assert shares[:top] == sorted(shares[:top])
    assert shares[top:] == sorted(shares[top:], reverse=True)
    assert shares[-1] == pytest.approx(LEAST)


def test_a_cosine_does_not_look_at_scores() -> None:
    falling, standing = [1.0 - 0.01 * at for at in range(20)], [1.0] * 20

    assert rates("cosine", falling) == rates("cosine", standing)


def test_a_rate_is_halved_only_when_scores_stand_still() -> None:
    falling, standing = [1.0 - 0.01 * at for at in range(20)], [1.0] * 20

    assert set(rates("plateau", falling)) == {1.0}
    assert rates("plateau", standing)[:5] == [1.0, 1.0, 1.0, 1.0, 0.5]
