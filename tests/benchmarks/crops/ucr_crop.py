"""UCR Crop beside ROCKET and a ridge classifier, on the same folds in the same run.

`python -m tests.benchmarks.crops.ucr_crop`. The training file of the archive: 7,200
series of one vegetation index on 46 dates, 24 classes of 300. It says neither where a
series lies nor on which day it was seen. So series nearer to each other than 0.1
(Euclid; 0.015 a date), which are pixels of one field if they are not the same pixel,
are one group, with all that are near to those; and dates are taken to be eight days
apart. Five folds, groups whole.

ROCKET's libraries want other versions than ours: it runs in an environment of its own,
which is made once. With 10,000 kernels, as published, and three networks a fold this
takes about an hour on one core; `--kernels 1000 --epochs 10 --members recurrent` for a
look.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.neighbors import radius_neighbors_graph

from protocols.season_grid import Channel, SeasonGrid
from tests.bare_environments.environments import bare_environment
from tests.benchmarks.__main__ import ROOT, table_of
from tests.benchmarks.crops.canada import CanadaFold, trained_member
from tests.benchmarks.measurement import Measurement, observed
from trainer.crops.in_season.confusion import accuracy, confusion, macro_f1
from trainer.crops.learning.learning_settings import (
    Augmentation,
    LossRule,
    SeriesSettings,
)
from trainer.crops.learning.told_places import told_until
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import PlaceTable, SeriesSet

FILE = ROOT.parent / "shared" / "data" / "ucr_crop" / "Crop_TRAIN.tsv"
SCRIPT = Path(__file__).with_name("rocket_ridge.py")
LIBRARIES = ("sktime==1.2.0", "numba>=0.63", "scikit-learn>=1.7")
STEPS, DAYS_APART, NEAR = 46, 8, 0.1
GRID = SeasonGrid(
    first_day=0,
    bucket_days=DAYS_APART,
    steps=STEPS,
    channels=(Channel(name="vegetation-index", unit="1"),),
)
CUT = SeasonCut(GRID, GRID)
SETTINGS = SeriesSettings(
    epochs=40,
    patience=15,
    loss=LossRule(class_weights="none"),
    augmentation=Augmentation(removed=0.05, cut=0.0, jitter=0.03),
)


@dataclass(frozen=True)
class UcrStudy:
    """What is compared.

    Attributes:
        file: The archive's training file.
        folds: How many.
        kernels: Of ROCKET; 10,000 as published.
        members: Networks whose probabilities are averaged.
        settings: How each is trained.
        seed: Of folds and networks.
    """

    file: Path = FILE
    folds: int = 5
    kernels: int = 10_000
    members: tuple[str, ...] = ("recurrent", "attention", "recurrent")
    settings: SeriesSettings = SETTINGS
    seed: int = 0


@dataclass(frozen=True, eq=False)
class UcrCrop:
    """Series [series, step], labels from 0, and the fold that holds each back."""

    series: NDArray[np.float32]
    labels: NDArray[np.intp]
    groups: NDArray[np.intp]
    fold: NDArray[np.intp]


def read_crop(study: UcrStudy) -> UcrCrop:
    """Read the file and deal groups of near series to the folds."""
    table = np.loadtxt(study.file, delimiter="\t")
    labels, series = table[:, 0].astype(np.intp) - 1, table[:, 1:].astype(np.float32)
    groups = connected_components(radius_neighbors_graph(series, NEAR), directed=False)[
        1
    ].astype(np.intp)
    fold = np.zeros(len(labels), dtype=np.intp)
    dealt = StratifiedGroupKFold(study.folds, shuffle=True, random_state=study.seed)
    for at, (_, held) in enumerate(dealt.split(series, labels, groups)):
        fold[held] = at
    return UcrCrop(series, labels, groups, fold)


def rocket_answers(crop: UcrCrop, kernels: int) -> NDArray[np.intp]:
    """Return what ROCKET and ridge tell of each series held back."""
    environment = bare_environment(None, *LIBRARIES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given, told = folder / "given.npz", folder / "told.npy"
        np.savez(given, series=crop.series, labels=crop.labels, fold=crop.fold)
        environment.run("python", SCRIPT, given, told, str(kernels), cwd=folder)
        answers: NDArray[np.intp] = np.load(told)
    return answers


def network_answers(
    crop: UcrCrop, study: UcrStudy, console: Console
) -> NDArray[np.intp]:
    """Return what the networks tell of each series held back."""
    series, answers = series_of(crop), np.full(len(crop.labels), -1, np.intp)
    for held in range(study.folds):
        fold = CanadaFold(
            np.flatnonzero(crop.fold != held), np.flatnonzero(crop.fold == held)
        )
        asked = series.take(fold.test)
        shares = np.zeros((len(asked), len(series.legend)))
        for at, member in enumerate(study.members):
            seed = (study.seed * study.folds + held) * 100 + at
            network = trained_member(series, fold, study.settings, member, seed)
            logits = told_until(network, asked, CUT, DAYS_APART * STEPS).logits
            shares += torch.softmax(torch.from_numpy(logits), dim=1).numpy()
        answers[fold.test] = shares.argmax(axis=1)
        console.print(f"fold {held + 1} of {study.folds} done", style="dim")
    return answers


def series_of(crop: UcrCrop) -> SeriesSet:
    """Return the series as a set on one grid; groups are its boxes."""
    count = len(crop.labels)
    names = np.array([f"series-{at}" for at in range(count)])
    places = PlaceTable(
        names=names,
        boxes=np.array([f"group-{at}" for at in crop.groups]),
        years=np.full(count, 2000, np.int16),
        fields=np.full(count, "", dtype="<U1"),
        longitudes=np.zeros(count),
        latitudes=np.zeros(count),
        labels=crop.labels.astype(np.int16),
    )
    days = np.tile(DAYS_APART * np.arange(STEPS, dtype=np.float32), (count, 1))
    values = crop.series[:, :, None]
    legend = tuple(f"class {at + 1}" for at in range(int(crop.labels.max()) + 1))
    return SeriesSet(GRID, legend, places, values, days, np.ones(values.shape, bool))


def study_rows(study: UcrStudy, console: Console) -> list[Measurement]:
    """Run both and return their rows."""
    crop = read_crop(study)
    console.print(f"{len(crop.labels)} series in {crop.groups.max() + 1} groups")
    told = {"ROCKET and ridge": rocket_answers(crop, study.kernels)}
    console.print(f"ROCKET with {study.kernels} kernels done", style="dim")
    told["networks"] = network_answers(crop, study, console)
    scores = {name: _scores(crop, answers) for name, answers in told.items()}
    rocket = scores["ROCKET and ridge"]
    name = f"UCR Crop, ROCKET of {study.kernels} kernels and ridge: "
    ours = f"UCR Crop, {' + '.join(study.members)}: "
    return [
        observed(name + "accuracy", rocket[0], "share"),
        observed(name + "macro-F1", rocket[1], "F1"),
        observed(ours + "accuracy", scores["networks"][0], "share"),
        observed(ours + "macro-F1", scores["networks"][1], "F1"),
    ]


def _scores(crop: UcrCrop, answers: NDArray[np.intp]) -> tuple[float, float]:
    counts = confusion(crop.labels, answers, int(crop.labels.max()) + 1)
    return float(accuracy(counts)), float(macro_f1(counts))


def bench_rows() -> list[Measurement]:
    """Return the figures for `make bench`, or say that the file is absent."""
    if not FILE.is_file():
        return [observed("UCR Crop: the file is not here", 0, "series")]
    return study_rows(UcrStudy(), Console(stderr=True))


def study_from_arguments(arguments: Sequence[str] | None = None) -> UcrStudy:
    """Read what to compare from the command line."""
    usual = UcrStudy()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=usual.file)
    parser.add_argument("--folds", type=int, default=usual.folds)
    parser.add_argument("--kernels", type=int, default=usual.kernels)
    parser.add_argument("--members", nargs="+", default=usual.members)
    parser.add_argument("--epochs", type=int, default=usual.settings.epochs)
    parser.add_argument("--seed", type=int, default=usual.seed)
    told = parser.parse_args(arguments)
    settings = msgspec.structs.replace(
        usual.settings,
        epochs=told.epochs,
        patience=min(usual.settings.patience, told.epochs - 1),
    )
    return UcrStudy(
        file=told.data,
        folds=told.folds,
        kernels=told.kernels,
        members=tuple(told.members),
        settings=settings,
        seed=told.seed,
    )


if __name__ == "__main__":
    found = study_rows(study_from_arguments(), Console(stderr=True))
    Console().print(table_of("UCR Crop", found))
