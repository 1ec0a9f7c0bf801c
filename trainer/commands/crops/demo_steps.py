"""What the demonstration of crops does: a chain of the commands that people type."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LEARNED_YEARS = (2018, 2019)
HELD_BACK_YEAR = 2020
THIS_YEAR = 2021
YEARS = (*LEARNED_YEARS, HELD_BACK_YEAR, THIS_YEAR)
DATES = ("05-15", "06-15", "07-15", "08-15", "10-15")


@dataclass(frozen=True)
class DemoPlaces:
    """Where everything of a demonstration lies."""

    folder: Path

    @property
    def imagery(self) -> Path:
        """Return where made observations and labels are."""
        return self.folder / "imagery"

    @property
    def series(self) -> Path:
        """Return where all series are."""
        return self.folder / "series"

    @property
    def split(self) -> Path:
        """Return where series of each part are."""
        return self.folder / "split"

    @property
    def run(self) -> Path:
        """Return where the training run is."""
        return self.folder / "run"

    @property
    def model(self) -> Path:
        """Return where the trained model is."""
        return self.run / "model"

    @property
    def held_back(self) -> Path:
        """Return where answers for the year held back are."""
        return self.folder / "held-back"

    @property
    def this_season(self) -> Path:
        """Return where answers for this year are."""
        return self.folder / "this-season"

    @property
    def judged(self) -> Path:
        """Return where the judgement of the year held back is."""
        return self.folder / "judged"

    @property
    def package(self) -> Path:
        """Return the file that gateways take."""
        return self.folder / "crops.terroir"

    @property
    def fields(self) -> Path:
        """Return where this year's fields are answered."""
        return self.folder / "fields"

    @property
    def map(self) -> Path:
        """Return where this year's map is."""
        return self.folder / "map"

    @property
    def truth(self) -> Path:
        """Return where this year's answers are held against what really grew."""
        return self.folder / "truth"


@dataclass(frozen=True)
class Step:
    """One command, and what it is for."""

    told: str
    words: tuple[str, ...]


def steps_of(places: DemoPlaces) -> Iterator[Step]:
    """Yield the commands in their order."""
    yield from _steps_to_series(places)
    yield from _steps_to_a_package(places)
    yield from _steps_to_predictions(places)
    yield from _steps_to_a_map(places)


def _steps_to_series(places: DemoPlaces) -> Iterator[Step]:
    labels = [f"{year}={places.imagery / f'labels-{year}.tif'}" for year in YEARS]
    yield Step(
        "Make series of pixels: filters, labels, buckets of five days",
        _words(
            *("prepare", places.imagery / "observations"),
            *(word for one in labels for word in ("--labels", one)),
            *("--least-purity", 0.9, "--into", places.series),
        ),
    )
    yield Step(
        f"Hold back {HELD_BACK_YEAR}, and keep {THIS_YEAR} apart as this season",
        _words(
            *("split", places.series, "--into", places.split),
            *(word for year in LEARNED_YEARS for word in ("--train-years", year)),
            *("--validation-years", HELD_BACK_YEAR, "--test-years", THIS_YEAR),
        ),
    )


def _steps_to_a_package(places: DemoPlaces) -> Iterator[Step]:
    learned = places.split / "train"
    yield Step(
        f"Learn {LEARNED_YEARS[0]} and {LEARNED_YEARS[1]}",
        _words(
            *("train", learned, "--out", places.run),
            *("--epochs", 8, "--patience", 4, "--batch", 128),
        ),
    )
    yield Step(
        f"Judge date by date on {HELD_BACK_YEAR}; learn when an early answer is safe",
        _judge(places, "validation", places.judged),
    )
    yield Step(
        "Pack the model for gateways",
        _words(
            *("export", places.run, "--series", learned, "--out", places.package),
            *("--farm", "made-farm", "--season", places.judged, "--format", "onnx"),
        ),
    )


def _steps_to_predictions(places: DemoPlaces) -> Iterator[Step]:
    for year, part, out in (
        (HELD_BACK_YEAR, "validation", places.held_back),
        (THIS_YEAR, "test", places.this_season),
    ):
        yield Step(
            f"Tell every place of {year}",
            _words(
                *("predict", "--series", places.split / part, "--model", places.model),
                *(*_on(), "--season", places.judged, "--out", out),
            ),
        )


def _steps_to_a_map(places: DemoPlaces) -> Iterator[Step]:
    told = ("--predictions", places.this_season)
    yield Step(
        "Answer this season's fields and areas",
        _words(
            *("fields", *told, "--held-back", places.held_back),
            *("--out", places.fields),
        ),
    )
    yield Step(
        "Draw the season",
        _words("map", *told, "--fields", places.fields, "--out", places.map),
    )
    yield Step(
        f"Hold {THIS_YEAR} against what really grew",
        _judge(places, "test", places.truth),
    )


def _judge(places: DemoPlaces, part: str, out: Path) -> tuple[str, ...]:
    return _words(
        *("evaluate", "--series", places.split / part, "--model", places.model),
        *(*_on(), "--out", out),
    )


def _on() -> tuple[str, ...]:
    return tuple(word for date in DATES for word in ("--on", date))


def _words(*words: object) -> tuple[str, ...]:
    return tuple(map(str, words))
