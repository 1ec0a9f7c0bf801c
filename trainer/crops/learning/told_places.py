"""What a network tells of many series, computed some at a time."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from trainer.crops.learning.series_rows import blocks_of
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import SeriesSet

AT_ONCE = 1024


@dataclass(frozen=True, eq=False)
class ToldPlaces:
    """Logits [place, class] and embeddings [place, feature]."""

    logits: NDArray[np.float32]
    embeddings: NDArray[np.float32]


def told_until(
    network: nn.Module, series: SeriesSet, cut: SeasonCut, day: int
) -> ToldPlaces:
    """Ask the network of every place, as it could have been asked on `day`."""
    logits, embeddings = [], []
    for rows in blocks_of(len(series)):
        batch = cut.until(series.batch(rows), day)
        parts = [
            torch.split(torch.from_numpy(one.astype(np.float32)), AT_ONCE)
            for one in (batch.values, batch.days, batch.mask)
        ]
        with torch.inference_mode():
            for part in zip(*parts, strict=True):
                told, embedding = network.eval()(*part)
                logits.append(told.numpy())
                embeddings.append(embedding.numpy())
    return ToldPlaces(np.concatenate(logits), np.concatenate(embeddings))
