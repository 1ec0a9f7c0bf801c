"""From a network to a crop model: certainty, on places that nobody learned from.

Every place is told on several days of the season, because certainty must hold on all of
them. They count together as one place: they are no independent evidence.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.season_grid import SeasonGrid
from trainer.crops.certainty.certainty import fit_certainty
from trainer.crops.in_season.confusion import Counts, confusion
from trainer.crops.learning.held_back_figures import held_back_figures
from trainer.crops.learning.told_places import told_until
from trainer.crops.model.crop_model import CropModel
from trainer.crops.model.model_folder import HeldBackFigures
from trainer.crops.networks.series_network import NetworkEnsemble, SeriesNetwork
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import SeriesSet

ASKED = (0.5, 0.65, 0.8, 1.0)
"""Shares of the season after which places held back are asked."""


@dataclass(frozen=True, eq=False)
class FittedCropModel:
    """A crop model, and how it told places held back at the season's end.

    Attributes:
        model: The network and its certainty.
        threshold: Of conformal sets.
        figures: Scores of the places that certainty was fitted on. The network never
            saw them.
        counts: The same places [grown, told].
    """

    model: CropModel
    threshold: float
    figures: HeldBackFigures
    counts: Counts


def fit_crop_model(
    network: SeriesNetwork | NetworkEnsemble, grid: SeasonGrid, held: SeriesSet
) -> FittedCropModel:
    """Fit certainty on labelled places held back, at several days of the season."""
    cut, days = SeasonCut(held.grid, grid), days_asked(held.grid)
    told = [told_until(network, held, cut, day) for day in days]
    labels = held.places.labels.astype(np.intp)
    certainty = fit_certainty(
        np.concatenate([one.logits for one in told]),
        np.concatenate([one.embeddings for one in told]),
        np.tile(labels, len(days)),
        np.tile(_independent(held), len(days)),
    )
    likeliest = told[-1].logits.argmax(axis=1)
    return FittedCropModel(
        model=CropModel(network, certainty).eval(),
        threshold=float(certainty.threshold),
        figures=held_back_figures(held.legend, labels, likeliest),
        counts=confusion(labels, likeliest, len(held.legend)),
    )


def days_asked(grid: SeasonGrid) -> tuple[int, ...]:
    """Return the days on which places held back are asked, the season's end last."""
    first, length = grid.first_day_until(0), grid.bucket_days * grid.steps
    return tuple(first + round(share * length) - 1 for share in ASKED)


def _independent(held: SeriesSet) -> NDArray[np.str_]:
    """Return what counts as one: a field in a year, or a place without a field."""
    fields, names = held.places.fields, held.places.names
    years = held.places.years.astype(np.str_)
    known = np.char.add(np.char.add(fields, "@"), years)
    found: NDArray[np.str_] = np.where(fields == "", names, known)
    return found
