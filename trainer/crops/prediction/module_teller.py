"""A crop model in torch."""

from dataclasses import dataclass

import torch
from torch import nn

from protocols.season_grid import SeasonGrid
from trainer.crops.prediction.batched_answers import AT_ONCE, Array, batched_answers
from trainer.crops.prediction.crop_answers import CropAnswers
from trainer.crops.series.series_set import SeriesBatch


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

    def threshold_on(self, day: int) -> float:
        """Return the same threshold for all days."""
        del day
        return self.threshold

    def tell(self, batch: SeriesBatch) -> CropAnswers:
        """Answer series that lie on the model's grid."""
        self.module.eval()
        return batched_answers(batch, self.at_once, self._ask)

    def _ask(self, series: Array, days: Array, mask: Array) -> tuple[Array, ...]:
        with torch.inference_mode():
            told = self.module(*map(torch.from_numpy, (series, days, mask)))
        return tuple(one.cpu().numpy() for one in told)
