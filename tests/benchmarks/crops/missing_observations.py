"""What half of the observations costs: networks that know gaps, and zero padding.

`python -m tests.benchmarks.crops.missing_observations`. On Canada 2017, the folds of
`canada.py`. Networks are trained on all observations; on places held back every other
one is taken away at random, in several draws. The one to beat is the fourth system's
own: the published convolutions on buckets, a zero where nothing was seen and no mask.
Beside it stand the same convolutions taught with observations taken away, so that it is
seen what the teaching does and what the network does.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from tests.benchmarks.__main__ import table_of
from tests.benchmarks.crops.canada import CanadaFold, folds_of, trained_member
from tests.benchmarks.crops.canada_series import (
    GRID,
    MONTHS,
    ROOT,
    CanadaOrder,
    canada_series,
    last_day,
)
from tests.benchmarks.measurement import Measurement, at_most, observed
from trainer.crops.in_season.confusion import confusion, macro_f1
from trainer.crops.learning.learning_settings import Augmentation, SeriesSettings
from trainer.crops.learning.series_parts import labelled
from trainer.crops.learning.told_places import told_until
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series_set import SeriesSet

ZERO_PADDED = "published, zero padded"
SHARE_OF_LOSS = 0.25
"""Of what zero padding loses, ours may lose so much."""
CUT = SeasonCut(GRID, GRID)


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
        data: Folder of the file.
        folds: How many.
        removed: Share of the steps taken from places held back.
        draws: How often, each time others.
        settings: How networks are trained.
        ways: Which networks.
    """

    data: Path = ROOT
    folds: int = 5
    removed: float = 0.5
    draws: int = 5
    settings: SeriesSettings = SeriesSettings()  # noqa: RUF009 - a frozen record
    ways: tuple[str, ...] = tuple(WAYS)


@dataclass(frozen=True)
class MissingFigures:
    """Macro-F1 of one way with everything seen, and with each draw taken away."""

    way: str
    whole: float
    drawn: tuple[float, ...]

    @property
    def lost(self) -> float:
        """What the draws lose on average."""
        return self.whole - float(np.mean(self.drawn))


def thinned(series: SeriesSet, removed: float, draw: int) -> SeriesSet:
    """Return the series without a share of their steps, drawn for each place."""
    random = np.random.default_rng(1000 + draw)
    kept = random.uniform(size=series.mask.shape[:2]) >= removed
    return replace(series, mask=series.mask & kept[:, :, None])


def missing_figures(study: MissingStudy, told: Console) -> list[MissingFigures]:
    """Train every way on every fold and take observations away."""
    series = canada_series(CanadaOrder(study.data))
    variants = [
        series,
        *(thinned(series, study.removed, d) for d in range(study.draws)),
    ]
    answers = {
        way: np.full((len(variants), len(series)), -1, np.intp) for way in study.ways
    }
    for at, fold in enumerate(folds_of(series, study.folds, 0)):
        for way in study.ways:
            answers[way][:, fold.test] = _told(variants, fold, study, WAYS[way], at)
        told.print(f"fold {at + 1} of {study.folds} done", style="dim")
    return [_figures(series, way, answers[way]) for way in study.ways]


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
    return np.stack(
        [
            told_until(
                network, one.take(fold.test), CUT, last_day(MONTHS)
            ).logits.argmax(1)
            for one in variants
        ]
    )


def _figures(series: SeriesSet, way: str, answers: NDArray[np.intp]) -> MissingFigures:
    known = labelled(series)
    grown, classes = series.places.labels[known], len(series.legend)
    scores = [float(macro_f1(confusion(grown, one[known], classes))) for one in answers]
    return MissingFigures(way, scores[0], tuple(scores[1:]))


def rows_of(figures: Sequence[MissingFigures]) -> list[Measurement]:
    """Return what each way loses, beside a quarter of what zero padding does."""
    padded = next((one.lost for one in figures if one.way == ZERO_PADDED), None)
    rows = []
    for one in figures:
        name = f"Canada 2017, {one.way}: "
        rows.append(observed(name + "macro-F1, all seen", one.whole, "F1"))
        lost = name + "lost with half of it"
        if one.way.startswith("published") or padded is None:
            rows.append(observed(lost, one.lost, "F1"))
        else:
            rows.append(at_most(lost, one.lost, "F1", SHARE_OF_LOSS * padded))
    return rows


def bench_rows() -> list[Measurement]:
    """Return the figures for `make bench`, or say that the file is absent."""
    if not ROOT.is_dir():
        return [observed("Canada 2017: the file is not here", 0, "places")]
    return rows_of(missing_figures(MissingStudy(), Console(stderr=True)))


def missing_table(figures: Sequence[MissingFigures]) -> Table:
    """Return macro-F1 with all seen and each draw, one row a way."""
    table = Table("way", "all seen", "half taken away", "lost", title="macro-F1")
    for one in figures:
        drawn = " ".join(f"{score:.3f}" for score in one.drawn)
        table.add_row(one.way, f"{one.whole:.3f}", drawn, f"{one.lost:.3f}")
    return table


def study_from_arguments() -> MissingStudy:
    """Read what to take away from the command line."""
    usual = MissingStudy()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=usual.data)
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
        told.data, told.folds, told.removed, told.draws, settings, tuple(told.ways)
    )


if __name__ == "__main__":
    found = missing_figures(study_from_arguments(), Console(stderr=True))
    Console().print(missing_table(found))
    Console().print(table_of("missing observations", rows_of(found)))
