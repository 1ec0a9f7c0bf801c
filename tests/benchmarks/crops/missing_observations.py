"""What half of the observations costs: networks that know gaps, and zero padding.

`python -m tests.benchmarks.crops.missing_observations`. On Canada 2017, the folds of
`canada.py`. Networks are trained on all observations; on places held back every other
one is taken away at random, in several draws, in three ways: all that was seen in a
month, of all sensors and the weather together; the looks of each sensor by itself; or
those of Sentinel-2 alone, as clouds do. The one to beat is the fourth system's own: the
published convolutions on buckets, a zero where nothing was seen and no mask. Beside it
stand the same convolutions taught with observations taken away, so that it is seen what
the teaching does and what the network does.

Months are few and half of them say less than all, whoever is asked. `--of ucr` asks the
same of UCR Crop, whose series have 46 looks, and `--of made` of made series that are
seen every ten days or so, as Sentinel-2 sees.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from tests.benchmarks.__main__ import table_of
from tests.benchmarks.crops.canada import CanadaFold, folds_of, trained_member
from tests.benchmarks.crops.canada_series import (
    ROOT,
    CanadaOrder,
    canada_series,
)
from tests.benchmarks.crops.ucr_crop import FILE, UcrStudy, read_crop, series_of
from tests.benchmarks.measurement import Measurement, at_most, observed
from tests.trainer.crops.made_series import MadeOrder, made_series
from trainer.crops.in_season.confusion import confusion, macro_f1
from trainer.crops.learning.learning_settings import Augmentation, SeriesSettings
from trainer.crops.learning.season_augmentation import sensors_of
from trainer.crops.learning.series_parts import labelled
from trainer.crops.learning.told_places import told_until
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import SeriesSet

ZERO_PADDED = "published, zero padded"
SHARE_OF_LOSS = 0.25
"""Of what zero padding loses, ours may lose so much."""
TOGETHER, APART = "all sensors of a step", "each sensor apart"
CLOUDS = "optical looks only"
KINDS = (TOGETHER, APART, CLOUDS)
OPTICAL = "S2-"
AFTER = 400
"""A day after every season's end."""
MADE = MadeOrder(fields_across=40, pixels_across=1, cloudy=0.3, noise=0.08, seed=11)


Source = Literal["canada", "ucr", "made"]
NAMES: dict[Source, str] = {
    "canada": "Canada 2017",
    "ucr": "UCR Crop",
    "made": "made series",
}


@dataclass(frozen=True)
class Way:
    """A network, and the observations taken away while it learns.

    Attributes:
        network: Its name.
        removed: Share of the steps; a series loses up to twice as much.
    """

    network: str
    removed: float


WAYS = {
    ZERO_PADDED: Way("published", 0.0),
    "published, taught gaps": Way("published", 0.4),
    "attention": Way("attention", 0.4),
    "recurrent": Way("recurrent", 0.4),
}


@dataclass(frozen=True)
class MissingStudy:
    """What is taken away, and how often.

    Attributes:
        source: Whose series.
        data: Folder of Canada's file.
        ucr: The file of UCR Crop.
        folds: How many.
        removed: Share of what was seen that is taken from places held back.
        draws: How often, each time others.
        settings: How networks are trained.
        ways: Which networks.
    """

    source: Source = "canada"
    data: Path = ROOT
    ucr: Path = FILE
    folds: int = 5
    removed: float = 0.5
    draws: int = 5
    settings: SeriesSettings = SeriesSettings()  # noqa: RUF009 - a frozen record
    ways: tuple[str, ...] = tuple(WAYS)


@dataclass(frozen=True)
class MissingFigures:
    """Macro-F1 of one way with everything seen, and with each draw taken away.

    Attributes:
        data: Whose places.
        way: Which network.
        kind: What is taken away at once.
        whole: With everything seen.
        drawn: With each draw taken away.
    """

    data: str
    way: str
    kind: str
    whole: float
    drawn: tuple[float, ...]

    @property
    def lost(self) -> float:
        """What the draws lose on average."""
        return self.whole - float(np.mean(self.drawn))


def thinned(series: SeriesSet, removed: float, draw: int, kind: str) -> SeriesSet:
    """Return the series without a share of what was seen, drawn for each place."""
    random = np.random.default_rng(1000 + draw)
    sensors = sensors_of(series.grid.channels).numpy()
    if kind == TOGETHER:
        sensors = np.zeros_like(sensors)
    shape = (*series.mask.shape[:2], int(sensors.max()) + 1)
    stays = (random.uniform(size=shape) >= removed)[:, :, sensors]
    if kind == CLOUDS:
        names = [one.name for one in series.grid.channels]
        stays |= np.array([not name.startswith(OPTICAL) for name in names])
    return replace(series, mask=series.mask & stays)


def missing_figures(study: MissingStudy, told: Console) -> list[MissingFigures]:
    """Train every way on every fold and take observations away."""
    series = _series(study)
    kinds = (
        KINDS if len(set(sensors_of(series.grid.channels).tolist())) > 1 else KINDS[:1]
    )
    variants = [series] + [
        thinned(series, study.removed, draw, kind)
        for kind in kinds
        for draw in range(study.draws)
    ]
    answers = {
        way: np.full((len(variants), len(series)), -1, np.intp) for way in study.ways
    }
    for at, fold in enumerate(folds_of(series, study.folds, 0)):
        for way in study.ways:
            answers[way][:, fold.test] = _told(variants, fold, study, WAYS[way], at)
        told.print(f"fold {at + 1} of {study.folds} done", style="dim")
    return [
        figures
        for way in study.ways
        for figures in _figures(series, way, study, answers[way], kinds)
    ]


def _series(study: MissingStudy) -> SeriesSet:
    if study.source == "made":
        return made_series(MADE)
    if study.source == "ucr":
        return series_of(read_crop(UcrStudy(file=study.ucr)))
    return canada_series(CanadaOrder(study.data))


def _told(
    variants: list[SeriesSet],
    fold: CanadaFold,
    study: MissingStudy,
    way: Way,
    seed: int,
) -> NDArray[np.intp]:
    """Train on everything seen; return the class told of each variant's places."""
    augmentation = Augmentation(
        removed=way.removed, cut=0.0, jitter=0.05 if way.removed else 0.0
    )
    settings = msgspec.structs.replace(study.settings, augmentation=augmentation)
    network = trained_member(variants[0], fold, settings, way.network, seed)
    cut = SeasonCut(variants[0].grid, variants[0].grid)
    told = [told_until(network, one.take(fold.test), cut, AFTER) for one in variants]
    return np.stack([one.logits.argmax(axis=1) for one in told])


def _figures(
    series: SeriesSet,
    way: str,
    study: MissingStudy,
    answers: NDArray[np.intp],
    kinds: Sequence[str],
) -> list[MissingFigures]:
    known = labelled(series)
    grown, classes = series.places.labels[known], len(series.legend)
    scores = [float(macro_f1(confusion(grown, one[known], classes))) for one in answers]
    drawn = np.array(scores[1:]).reshape(len(kinds), study.draws).tolist()
    return [
        MissingFigures(NAMES[study.source], way, kind, scores[0], tuple(some))
        for kind, some in zip(kinds, drawn, strict=True)
    ]


def rows_of(figures: Sequence[MissingFigures]) -> list[Measurement]:
    """Return what each way loses, beside a quarter of what zero padding does."""
    padded = {one.kind: one.lost for one in figures if one.way == ZERO_PADDED}
    rows = []
    for one in figures:
        name = f"{one.data}, {one.way}, {one.kind}: "
        rows.append(observed(name + "macro-F1, all seen", one.whole, "F1"))
        if one.way.startswith("published") or one.kind not in padded:
            rows.append(observed(name + "lost", one.lost, "F1"))
        else:
            most = SHARE_OF_LOSS * padded[one.kind]
            rows.append(at_most(name + "lost", one.lost, "F1", most))
    return rows


def bench_rows() -> list[Measurement]:
    """Return the figures for `make bench`, of made series where no file is here."""
    console = Console(stderr=True)
    here: dict[Source, bool] = {
        "made": True,
        "canada": ROOT.is_dir(),
        "ucr": FILE.is_file(),
    }
    rows = []
    for source, is_here in here.items():
        if is_here:
            rows += rows_of(missing_figures(MissingStudy(source=source), console))
        else:
            rows.append(observed(f"{NAMES[source]}: the file is not here", 0, "places"))
    return rows


def missing_table(figures: Sequence[MissingFigures]) -> Table:
    """Return macro-F1 with all seen and each draw, one row a way and kind."""
    table = Table("way", "taken away", "all seen", "half of it left", "lost")
    for one in figures:
        drawn = " ".join(f"{score:.3f}" for score in one.drawn)
        table.add_row(one.way, one.kind, f"{one.whole:.3f}", drawn, f"{one.lost:.3f}")
    return table


def study_from_arguments() -> MissingStudy:
    """Read what to take away from the command line."""
    usual = MissingStudy()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=usual.data)
    parser.add_argument("--ucr", type=Path, default=usual.ucr)
    parser.add_argument("--of", choices=NAMES, default=usual.source)
    parser.add_argument("--folds", type=int, default=usual.folds)
    parser.add_argument("--removed", type=float, default=usual.removed)
    parser.add_argument("--draws", type=int, default=usual.draws)
    parser.add_argument("--epochs", type=int, default=usual.settings.epochs)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=usual.ways)
    told = parser.parse_args()
    settings = msgspec.structs.replace(
        usual.settings,
        epochs=told.epochs,
        patience=min(usual.settings.patience, told.epochs - 1),
    )
    return MissingStudy(
        source=told.of,
        data=told.data,
        ucr=told.ucr,
        folds=told.folds,
        removed=told.removed,
        draws=told.draws,
        settings=settings,
        ways=tuple(told.ways),
    )


if __name__ == "__main__":
    found = missing_figures(study_from_arguments(), Console(stderr=True))
    Console().print(missing_table(found))
    Console().print(table_of("missing observations", rows_of(found)))
