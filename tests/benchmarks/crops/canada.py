"""Crops of Canada 2017 on places held back, beside random forests on the same folds.

`python -m tests.benchmarks.crops.canada`. Five folds, neighbourhoods whole; every
choice (when to stop, a forest's leaves) is made inside the training folds. Networks
learn once a fold and answer every date; forests are trained anew for each date, on what
was seen until then. Answers of all folds are scored together. All of it takes about
half an hour on one core: `--members attention --epochs 20 --dates 7 12` for a look.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedGroupKFold

from tests.benchmarks.__main__ import table_of
from tests.benchmarks.crops.canada_series import (
    GRID,
    MONTHS,
    ROOT,
    CanadaOrder,
    canada_series,
    last_day,
)
from tests.benchmarks.measurement import Measurement, at_least, observed
from trainer.crops.in_season.confusion import accuracy, confusion, kappa, macro_f1
from trainer.crops.learning.learning_settings import CropPlan, SeriesSettings
from trainer.crops.learning.series_parts import SeriesParts, held_apart, labelled
from trainer.crops.learning.told_places import told_until
from trainer.crops.learning.train_series import SeriesLesson, train_series
from trainer.crops.networks.crop_recipes import crop_recipe_named
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import SeriesSet

GOAL = 0.55
JULY = 7
DATES = (6, 7, 8, 9, 10, 12)
"""Months that have passed on the dates of prediction."""
LEAVES = (1, 2, 3, 5)
TREES = 300
CUT = SeasonCut(GRID, GRID)
Answers = dict[int, NDArray[np.intp]]
"""The class told of every labelled place, after so many months."""


@dataclass(frozen=True)
class CanadaStudy:
    """What is compared, and how long it may take.

    Attributes:
        data: Folder of the file.
        neighbourhood: What is never split between folds.
        folds: How many.
        members: Networks whose probabilities are averaged, each of its own seed.
        seeds: How often all of it is done; folds are dealt anew each time.
        settings: How each network is trained.
        dates: Months after which crops are told.
        forests: Whether forests are trained.
    """

    data: Path = ROOT
    neighbourhood: str = "h3_l5_cell"
    folds: int = 5
    members: tuple[str, ...] = ("attention", "recurrent", "attention", "recurrent")
    seeds: int = 1
    settings: SeriesSettings = field(default_factory=SeriesSettings)
    dates: tuple[int, ...] = DATES
    forests: bool = True


@dataclass(frozen=True, eq=False)
class CanadaFold:
    """Labelled places to learn from and to be judged on, rows of all series."""

    train: NDArray[np.intp]
    test: NDArray[np.intp]


def folds_of(series: SeriesSet, count: int, seed: int) -> list[CanadaFold]:
    """Deal neighbourhoods, every class spread over the folds."""
    known = labelled(series)
    labels, boxes = series.places.labels[known], series.places.boxes[known]
    dealt = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    return [
        CanadaFold(known[train], known[test])
        for train, test in dealt.split(known, labels, boxes)
    ]


def network_shares(
    series: SeriesSet, fold: CanadaFold, study: CanadaStudy, seed: int
) -> dict[int, NDArray[np.float64]]:
    """Return each class's mean probability after each date, of the places held back."""
    held = series.take(fold.test)
    sums = {date: np.zeros((len(held), len(series.legend))) for date in study.dates}
    for at, member in enumerate(study.members):
        network = trained_member(series, fold, study.settings, member, seed * 100 + at)
        for date in study.dates:
            logits = told_until(network, held, CUT, last_day(date)).logits
            sums[date] += torch.softmax(torch.from_numpy(logits), dim=1).numpy()
    return sums


def trained_member(
    series: SeriesSet,
    fold: CanadaFold,
    settings: SeriesSettings,
    member: str,
    seed: int,
) -> torch.nn.Module:
    """Train one network; what tells it when to stop comes from the training fold."""
    share = settings.validation_share
    training, telling = held_apart(series, fold.train, share, seed)
    parts = SeriesParts(training, telling, np.empty(0, dtype=np.intp))
    plan = CropPlan(recipe=crop_recipe_named(member), settings=settings, seed=seed)
    return train_series(plan, SeriesLesson(series, parts)).network


def forest_answers(
    series: SeriesSet, fold: CanadaFold, date: int, kind: str, seed: int
) -> NDArray[np.intp]:
    """Return what a forest for this date tells of the places held back."""
    seen, asked = (
        _features(series.take(rows), date) for rows in (fold.train, fold.test)
    )
    labels = series.places.labels[fold.train]
    if kind == "forest":
        grown = RandomForestClassifier(random_state=seed).fit(seen, labels)
    else:
        grown = _tuned_forest(seen, labels, len(series.legend), seed)
    told: NDArray[np.intp] = grown.predict(asked).astype(np.intp)
    return told


def _tuned_forest(
    seen: NDArray[np.float32], labels: NDArray[np.int16], classes: int, seed: int
) -> RandomForestClassifier:
    """Grow balanced forests; keep the one best on what its trees did not see."""
    forests = [
        RandomForestClassifier(
            TREES,
            min_samples_leaf=leaf,
            class_weight="balanced_subsample",
            oob_score=True,
            random_state=seed,
        ).fit(seen, labels)
        for leaf in LEAVES
    ]
    scores = [
        float(
            macro_f1(confusion(labels, one.oob_decision_function_.argmax(1), classes))
        )
        for one in forests
    ]
    return forests[int(np.argmax(scores))]


def _features(series: SeriesSet, date: int) -> NDArray[np.float32]:
    """Return what was seen of each place until the date, side by side."""
    values = series.batch(slice(None)).values[:, :date]
    return values.reshape(len(values), -1)


@dataclass(frozen=True)
class DateFigures:
    """How one method told crops on one date."""

    method: str
    date: int
    accuracy: float
    macro_f1: float
    kappa: float


def study_figures(study: CanadaStudy, told: Console) -> list[DateFigures]:
    """Train and grow everything; return the figures, means over the seeds."""
    series = canada_series(CanadaOrder(study.data, study.neighbourhood))
    found = [
        figures
        for seed in range(study.seeds)
        for figures in _seed_figures(series, study, seed, told)
    ]
    return [
        DateFigures(
            method,
            date,
            *(
                float(np.mean([getattr(one, name) for one in same]))
                for name in ("accuracy", "macro_f1", "kappa")
            ),
        )
        for method, date in dict.fromkeys((one.method, one.date) for one in found)
        if (same := [one for one in found if (one.method, one.date) == (method, date)])
    ]


def _seed_figures(
    series: SeriesSet, study: CanadaStudy, seed: int, told: Console
) -> list[DateFigures]:
    methods = ("networks", *(("forest", "tuned forest") if study.forests else ()))
    answers: dict[str, Answers] = {
        method: {date: np.full(len(series), -1, np.intp) for date in study.dates}
        for method in methods
    }
    for at, fold in enumerate(folds_of(series, study.folds, seed)):
        shares = network_shares(series, fold, study, seed * study.folds + at)
        for date in study.dates:
            answers["networks"][date][fold.test] = shares[date].argmax(axis=1)
            for method in methods[1:]:
                grown = forest_answers(series, fold, date, method, seed)
                answers[method][date][fold.test] = grown
        told.print(f"seed {seed}, fold {at + 1} of {study.folds} done", style="dim")
    return [
        _figures(series, method, date, answers[method][date])
        for method in methods
        for date in study.dates
    ]


def _figures(
    series: SeriesSet, method: str, date: int, told: NDArray[np.intp]
) -> DateFigures:
    known = labelled(series)
    counts = confusion(series.places.labels[known], told[known], len(series.legend))
    return DateFigures(
        method, date, float(accuracy(counts)), float(macro_f1(counts)), kappa(counts)
    )


def rows_of(figures: Sequence[DateFigures]) -> list[Measurement]:
    """Return the rows: the goal at the season's end, and who is ahead from July on."""
    rows = []
    for one in figures:
        name = f"Canada 2017, {one.method}, after month {one.date}: "
        ours = one.method == "networks"
        goal = GOAL if one.date == MONTHS else _best_forest(figures, one.date)
        if ours and one.date >= JULY and goal is not None:
            rows.append(at_least(name + "macro-F1", one.macro_f1, "F1", goal))
        else:
            rows.append(observed(name + "macro-F1", one.macro_f1, "F1"))
        rows.append(observed(name + "accuracy", one.accuracy, "share"))
    return rows


def _best_forest(figures: Sequence[DateFigures], date: int) -> float | None:
    return max(
        (
            one.macro_f1
            for one in figures
            if "forest" in one.method and one.date == date
        ),
        default=None,
    )


def bench_rows() -> list[Measurement]:
    """Return the figures for `make bench`, or say that the file is absent."""
    if not ROOT.is_dir():
        return [observed("Canada 2017: the file is not here", 0, "places")]
    return rows_of(study_figures(CanadaStudy(), Console(stderr=True)))


def season_table(figures: Sequence[DateFigures]) -> Table:
    """Return macro-F1, accuracy and kappa by date, one column a method."""
    methods = list(dict.fromkeys(one.method for one in figures))
    table = Table("months seen", *methods, title="macro-F1 / accuracy / kappa")
    for date in dict.fromkeys(one.date for one in figures):
        cells = [
            f"{one.macro_f1:.3f} / {one.accuracy:.3f} / {one.kappa:.3f}"
            for one in figures
            if one.date == date
        ]
        table.add_row(str(date), *cells)
    return table


def study_from_arguments(arguments: Sequence[str] | None = None) -> CanadaStudy:
    """Read what to compare from the command line."""
    usual = CanadaStudy()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=usual.data)
    parser.add_argument("--neighbourhood", default=usual.neighbourhood)
    parser.add_argument("--folds", type=int, default=usual.folds)
    parser.add_argument("--members", nargs="+", default=usual.members)
    parser.add_argument("--seeds", type=int, default=usual.seeds)
    parser.add_argument("--epochs", type=int, default=usual.settings.epochs)
    parser.add_argument("--patience", type=int, default=usual.settings.patience)
    parser.add_argument("--dates", type=int, nargs="+", default=usual.dates)
    parser.add_argument("--without-forests", action="store_true")
    told = parser.parse_args(arguments)
    settings = msgspec.structs.replace(
        usual.settings, epochs=told.epochs, patience=min(told.patience, told.epochs - 1)
    )
    return CanadaStudy(
        data=told.data,
        neighbourhood=told.neighbourhood,
        folds=told.folds,
        members=tuple(told.members),
        seeds=told.seeds,
        settings=settings,
        dates=tuple(told.dates),
        forests=not told.without_forests,
    )


if __name__ == "__main__":
    found = study_figures(study_from_arguments(), Console(stderr=True))
    Console().print(season_table(found))
    Console().print(table_of("Canada 2017", rows_of(found)))
