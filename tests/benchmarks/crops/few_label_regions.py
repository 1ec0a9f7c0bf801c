"""A new region with few labels: from scratch, or from an encoder that others taught.

`python -m tests.benchmarks.crops.few_label_regions`. The regions of Canada 2017 with
most labels (cells of about 12,400 km2) are held out together. An encoder is pretrained
on hidden observations of all other places, labelled or not; another learns the classes
of the other places that have labels. In every region some places, drawn at random, have
labels; networks begin from nothing or from one of the encoders, learn from those alone,
and tell the others. A forest learns from the same. The figures are means over regions
and draws. About a quarter of an hour on one core; `--regions 2 --draws 1` for a look.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.ensemble import RandomForestClassifier

from tests.benchmarks.__main__ import table_of
from tests.benchmarks.crops.canada_series import (
    GRID,
    MONTHS,
    ROOT,
    CanadaOrder,
    canada_series,
    last_day,
)
from tests.benchmarks.measurement import Measurement, observed
from trainer.crops.in_season.confusion import confusion, macro_f1
from trainer.crops.learning.learning_settings import (
    PRETRAINING,
    Augmentation,
    CropPlan,
    PretrainingPlan,
    SeriesSettings,
)
from trainer.crops.learning.pretrain_series import pretrain_series
from trainer.crops.learning.pretrained_encoder import PretrainedEncoder, encoder_of
from trainer.crops.learning.series_parts import SeriesParts, held_apart, labelled
from trainer.crops.learning.told_places import told_until
from trainer.crops.learning.train_series import SeriesLesson, train_series
from trainer.crops.networks.crop_recipes import crop_recipe_named
from trainer.crops.prediction.season_cut import SeasonCut
from trainer.crops.series.series_set import SeriesSet

CUT = SeasonCut(GRID, GRID)
CELLS = "h3_l3_cell"
WHOLE_SEASONS = Augmentation(cut=0.0)
WAYS = ("forest", "from scratch", "pretrained on hidden", "taught other regions")


@dataclass(frozen=True)
class RegionStudy:
    """What is compared, and how often.

    Attributes:
        data: Folder of the file.
        regions: How many are held out, those with most labels.
        labels: How many places of a region have a label.
        draws: How often they are drawn.
        network: Whose encoder is pretrained.
        epochs: Of everything that is trained.
    """

    data: Path = ROOT
    regions: int = 4
    labels: tuple[int, ...] = (10, 20, 40, 80)
    draws: int = 3
    network: str = "attention"
    epochs: int = 40


@dataclass(frozen=True)
class RegionFigure:
    """Macro-F1 of one way, in one region, from one draw of labels."""

    way: str
    labels: int
    macro_f1: float


def region_figures(study: RegionStudy, console: Console) -> list[RegionFigure]:
    """Pretrain once, then learn every region from every draw."""
    series = canada_series(CanadaOrder(study.data, CELLS))
    regions = _largest(series, study.regions)
    encoders = _encoders(series, regions, study, console)
    figures: list[RegionFigure] = []
    for at, region in enumerate(regions):
        rows = labelled(series)
        places = rows[series.places.boxes[rows] == region]
        for taught, asked in _draws(places, study, at):
            figures += _compared(series, taught, asked, encoders, study)
        console.print(f"region {at + 1} of {study.regions} done", style="dim")
    return figures


def _largest(series: SeriesSet, count: int) -> list[str]:
    known = series.places.boxes[labelled(series)]
    names, sizes = np.unique(known, return_counts=True)
    return [str(names[at]) for at in np.argsort(-sizes, kind="stable")[:count]]


def _encoders(
    series: SeriesSet, regions: list[str], study: RegionStudy, console: Console
) -> dict[str, PretrainedEncoder | None]:
    """Teach encoders on all places outside the regions."""
    others = np.flatnonzero(~np.isin(series.places.boxes, regions))
    recipe = crop_recipe_named(study.network)
    settings = msgspec.structs.replace(
        PRETRAINING, epochs=study.epochs, patience=study.epochs - 1
    )
    plan = PretrainingPlan(recipe=recipe, settings=settings, seed=0)
    hidden = pretrain_series(plan, series.take(others)).encoder
    console.print("encoder pretrained on hidden observations", style="dim")
    known = others[series.places.labels[others] >= 0]
    training, telling = held_apart(series, known, 0.15, 0)
    parts = SeriesParts(training, telling, known[:0])
    network = train_series(_plan(study, 0, None), SeriesLesson(series, parts)).network
    console.print("encoder taught the classes of other regions", style="dim")
    taught = PretrainedEncoder(
        recipe=recipe,
        grid=series.grid,
        encoder=encoder_of(network).encoder.state_dict(),
        scaling=network.scaling.state_dict(),
    )
    return dict(zip(WAYS[1:], (None, hidden, taught), strict=True))


def _draws(
    places: NDArray[np.intp], study: RegionStudy, region: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield places with a label, and those to tell: always half of the region."""
    for draw in range(study.draws):
        order = np.random.default_rng(100 * region + draw).permutation(places)
        half = len(order) // 2
        for count in study.labels:
            if count <= half:
                yield order[:count], order[half:]


def _compared(
    series: SeriesSet,
    taught: NDArray[np.intp],
    asked: NDArray[np.intp],
    encoders: dict[str, PretrainedEncoder | None],
    study: RegionStudy,
) -> list[RegionFigure]:
    """Return what each way tells from the same labels."""
    held, grown = series.take(asked), series.places.labels[asked]
    seen, wanted = (
        series.take(one).batch(slice(None)).values.reshape(len(one), -1)
        for one in (taught, asked)
    )
    labels = series.places.labels[taught]
    forest = RandomForestClassifier(random_state=0).fit(seen, labels)
    answers = {WAYS[0]: forest.predict(wanted).astype(np.intp)}
    for way, encoder in encoders.items():
        # Few labels: all of them teach, and the epochs are given beforehand.
        parts = SeriesParts(taught, taught, taught[:0])
        lesson = SeriesLesson(series, parts, encoder, digest="Canada 2017")
        network = train_series(_plan(study, 1, encoder), lesson).network
        answers[way] = told_until(network, held, CUT, last_day(MONTHS)).logits.argmax(1)
    classes = len(series.legend)
    return [
        RegionFigure(way, len(taught), float(macro_f1(confusion(grown, told, classes))))
        for way, told in answers.items()
    ]


def _plan(study: RegionStudy, seed: int, encoder: PretrainedEncoder | None) -> CropPlan:
    settings = SeriesSettings(
        epochs=study.epochs,
        patience=study.epochs - 1,
        batch=64 if seed == 0 else 16,
        augmentation=WHOLE_SEASONS,
    )
    return CropPlan(
        recipe=crop_recipe_named(study.network),
        settings=settings,
        seed=seed,
        pretrained=None if encoder is None else encoder.digest,
    )


def means_of(figures: list[RegionFigure]) -> dict[tuple[str, int], float]:
    """Return the mean macro-F1 of each way and number of labels."""
    found: dict[tuple[str, int], list[float]] = defaultdict(list)
    for one in figures:
        found[one.way, one.labels].append(one.macro_f1)
    return {key: float(np.mean(scores)) for key, scores in found.items()}


def rows_of(figures: list[RegionFigure]) -> list[Measurement]:
    """Return one row a way and number of labels."""
    return [
        observed(f"new regions, {labels} labels, {way}: macro-F1", score, "F1")
        for (way, labels), score in means_of(figures).items()
    ]


def bench_rows() -> list[Measurement]:
    """Return the figures for `make bench`, or say that the file is absent."""
    if not ROOT.is_dir():
        return [observed("Canada 2017: the file is not here", 0, "places")]
    return rows_of(region_figures(RegionStudy(), Console(stderr=True)))


def region_table(figures: list[RegionFigure]) -> Table:
    """Return the means, one row a number of labels."""
    means = means_of(figures)
    table = Table("labels", *WAYS, title="macro-F1 in regions held out")
    for labels in sorted({labels for _, labels in means}):
        cells = (f"{means[way, labels]:.3f}" for way in WAYS)
        table.add_row(str(labels), *cells)
    return table


if __name__ == "__main__":
    usual = RegionStudy()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=usual.data)
    parser.add_argument("--regions", type=int, default=usual.regions)
    parser.add_argument("--labels", type=int, nargs="+", default=usual.labels)
    parser.add_argument("--draws", type=int, default=usual.draws)
    parser.add_argument("--network", default=usual.network)
    parser.add_argument("--epochs", type=int, default=usual.epochs)
    told = vars(parser.parse_args())
    told["labels"] = tuple(told["labels"])
    found = region_figures(RegionStudy(**told), Console(stderr=True))
    Console().print(region_table(found))
    Console().print(table_of("new regions with few labels", rows_of(found)))
