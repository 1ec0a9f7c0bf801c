"""A crop model in torch, asked in batches that always have the same size.

Sums come out differently in the last bit when a batch has another size. So a short one
is filled up: a place is told the same whoever stands beside it in the file.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from protocols.season_grid import SeasonGrid
from trainer.crops.prediction.crop_answers import CropAnswers
from trainer.crops.series_set import SeriesBatch

AT_ONCE = 1024


@dataclass(frozen=True)
class ModuleTeller:
    """Tells crops by a torch module that takes series, days and mask.

    Attributes:
        module: Returns value, low, high and novelty.
        grid: The season that it looks at.
        legend: The classes it tells apart.
        threshold: Classes told with at least this make up a set.
        digest: Names the model's content.
        learned_from: Names the series that it learned from; empty where unknown.
        at_once: How many series are computed together.
    """

    module: nn.Module
    grid: SeasonGrid
    legend: tuple[str, ...]
    threshold: float
    digest: str
    learned_from: str = ""
    at_once: int = AT_ONCE

    def tell(self, batch: SeriesBatch) -> CropAnswers:
        """Answer series that lie on the model's grid."""
        parts = [
            self._tell_some(batch, slice(first, first + self.at_once))
            for first in range(0, len(batch.days), self.at_once)
        ]
        value, low, high, novelty = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        seen = batch.mask.any(axis=2).sum(axis=1)
        return CropAnswers(value, low, high, novelty, seen)

    def _tell_some(
        self, batch: SeriesBatch, rows: slice
    ) -> tuple[NDArray[np.float32], ...]:
        wanted = len(batch.days[rows])
        inputs = [
            self._filled(one[rows]) for one in (batch.values, batch.days, batch.mask)
        ]
        self.module.eval()
        with torch.inference_mode():
            told = self.module(*inputs)
        return tuple(one.cpu().numpy()[:wanted] for one in told)

    def _filled(self, rows: NDArray[np.generic]) -> Tensor:
        filled = np.zeros((self.at_once, *rows.shape[1:]), np.float32)
        filled[: len(rows)] = rows
        return torch.from_numpy(filled)
