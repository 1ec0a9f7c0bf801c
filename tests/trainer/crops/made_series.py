"""Series that were made: crops that green up on different days, clouds, odd pixels."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from protocols.season_grid import Channel, SeasonGrid
from trainer.crops.certainty.certainty import Certainty, fit_certainty
from trainer.crops.prediction.module_teller import ModuleTeller
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import PlaceTable, SeriesBatch, SeriesSet

LEGEND = ("winter wheat", "maize", "soybean")
GREENS_UP = np.array([110.0, 165.0, 185.0])
"""The day on which each crop is half grown."""

RIPENS = np.array([200.0, 265.0, 270.0])
RED, NEAR_INFRARED = 0, 1
GRID = SeasonGrid(
    first_day=60,
    bucket_days=10,
    steps=24,
    channels=(Channel(name="S2-B04", unit="1"), Channel(name="S2-B08", unit="1")),
)


@dataclass(frozen=True)
class MadeOrder:
    """How many series to make, and how hard they are to tell.

    Attributes:
        fields_across: Fields a side of the square landscape.
        pixels_across: Pixels a side of a field.
        cloudy: The share of observations that clouds hide.
        noise: The deviation of reflectance.
        seed: Of whatever is drawn.
        year: Of the harvest.
    """

    fields_across: int = 6
    pixels_across: int = 4
    cloudy: float = 0.4
    noise: float = 0.02
    seed: int = 0
    year: int = 2023


def made_series(order: MadeOrder = MadeOrder()) -> SeriesSet:
    """Return the series of a square landscape of square fields of 20 m pixels."""
    random = np.random.default_rng(order.seed)
    places = _places(order, random)
    days = _days(len(places), random)
    values = _reflectance(places, days, order, random)
    seen = random.uniform(size=days.shape) >= order.cloudy
    mask = np.repeat(seen[:, :, None], 2, axis=2)
    return SeriesSet(GRID, LEGEND, places, values, days, mask)


def made_teller(days: tuple[int, ...] = (120, 150, 180, 210, 299)) -> ModuleTeller:
    """Return a model that knows how the made crops grow, fitted on other fields."""
    series = made_series(MadeOrder(seed=77))
    curves, cut = CurveModel(Certainty(len(LEGEND), len(LEGEND))), SeasonCut(GRID, GRID)
    told = [curves.answer(cut.until(series.batch(slice(None)), day)) for day in days]
    logits, embeddings = (np.concatenate(one) for one in zip(*told, strict=True))
    labels = np.tile(series.places.labels, len(days))
    fields = np.tile(series.places.fields, len(days))
    curves.certainty = fit_certainty(logits, embeddings, labels, fields)
    threshold = float(curves.certainty.threshold)
    digest = "sha256:" + "ab" * 32
    return ModuleTeller(curves, GRID, LEGEND, threshold, digest, at_once=256)


class CurveModel(nn.Module):
    """Compares a series with the curve of each crop: what a network would learn."""

    def __init__(self, certainty: Certainty) -> None:
        super().__init__()
        self.certainty = certainty

    def network(
        self, series: Tensor, days: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return logits, and how far each curve is off on the days seen."""
        red, green = series[:, :, RED], series[:, :, NEAR_INFRARED]
        index = (green - red) / torch.clamp(green + red, min=1e-3)
        seen = mask[:, :, RED]
        count = torch.clamp(seen.sum(dim=1), min=1.0)
        off = []
        for up, down in zip(GREENS_UP, RIPENS, strict=True):
            curve = torch.sigmoid((days - up) / 8) * torch.sigmoid((down - days) / 8)
            rest = (index - 0.1 - 0.7 * curve) * seen
            off.append((rest * rest).sum(dim=1))
        squares = torch.stack(off, dim=1)
        return -squares * 40, squares / count[:, None]

    def answer(self, batch: SeriesBatch) -> tuple[NDArray[np.float32], ...]:
        """Return logits and embeddings of a batch, as arrays."""
        arrays = (batch.values, batch.days, batch.mask)
        with torch.no_grad():
            told = self.network(*(torch.from_numpy(one).float() for one in arrays))
        return tuple(one.numpy() for one in told)

    def forward(self, series: Tensor, days: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """Return value, low, high and novelty."""
        told: tuple[Tensor, ...] = self.certainty(*self.network(series, days, mask))
        return told


def _places(order: MadeOrder, random: np.random.Generator) -> PlaceTable:
    side = order.fields_across * order.pixels_across
    row, column = (one.ravel() for one in np.mgrid[:side, :side])
    field = (
        row // order.pixels_across * order.fields_across + column // order.pixels_across
    )
    # Every crop grows somewhere: which field has which is shuffled.
    crops = random.permutation(np.arange(order.fields_across**2) % len(LEGEND))
    degrees = 20 / 111_320
    names = [f"{order.year}-{one:05}" for one in range(side * side)]
    return PlaceTable(
        names=np.array(names),
        boxes=np.char.add("box-", (field // order.fields_across).astype(str)),
        years=np.full(side * side, order.year, np.int16),
        fields=np.char.add("field-", field.astype(str)),
        longitudes=11.0 + column * degrees / np.cos(np.radians(48.0)),
        latitudes=48.0 - row * degrees,
        labels=crops[field].astype(np.int16),
    )


def _days(places: int, random: np.random.Generator) -> NDArray[np.int16]:
    assert GRID.first_day is not None
    begins = GRID.first_day + GRID.bucket_days * np.arange(GRID.steps)
    within = random.integers(0, GRID.bucket_days, (places, GRID.steps))
    days: NDArray[np.int16] = (begins + within).astype(np.int16)
    return days


def _reflectance(
    places: PlaceTable,
    days: NDArray[np.int16],
    order: MadeOrder,
    random: np.random.Generator,
) -> NDArray[np.float32]:
    up, down = (one[places.labels][:, None] for one in (GREENS_UP, RIPENS))
    # A field is sown as a whole: its pixels are late together.
    fields, member = np.unique(places.fields, return_inverse=True)
    late = random.normal(0, 6, len(fields))[member][:, None]
    grown = 1 / (1 + np.exp(-(days - up - late) / 8))
    grown *= 1 / (1 + np.exp(-(down + late - days) / 8))
    index = 0.1 + 0.7 * grown
    bright = 0.4
    red = bright * (1 - index) / 2
    bands = np.stack([red, bright - red], axis=2)
    noisy = bands + random.normal(0, order.noise, bands.shape)
    values: NDArray[np.float32] = np.clip(noisy, 0.001, 1).astype(np.float32)
    return values
