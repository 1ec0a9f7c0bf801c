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
    def split(self) -> Path:
        """Return where series of each part are."""
        return self.folder / "split"

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
    folder, split = places.folder, places.split
    labels = [f"{year}={places.imagery / f'labels-{year}.tif'}" for year in YEARS]
    yield Step(
        "Make series of pixels: filters, labels, buckets of five days",
        _words(
            *("prepare", places.imagery / "observations"),
            *(word for one in labels for word in ("--labels", one)),
            *("--least-purity", 0.9, "--into", folder / "series"),
        ),
    )
    yield Step(
        f"Hold back {HELD_BACK_YEAR}, and keep {THIS_YEAR} apart as this season",
        _words(
            *("split", folder / "series", "--into", split),
            *(word for year in LEARNED_YEARS for word in ("--train-years", year)),
            *("--validation-years", HELD_BACK_YEAR, "--test-years", THIS_YEAR),
        ),
    )
    yield Step(
        f"Learn {LEARNED_YEARS[0]} and {LEARNED_YEARS[1]}",
        _words(
            *("train", split / "train", "--out", folder / "run"),
            *("--epochs", 8, "--patience", 4, "--batch", 128),
        ),
    )
    model = folder / "run" / "model"
    yield Step(
        f"Judge date by date on {HELD_BACK_YEAR}; learn when an early answer is safe",
        _words(
            *("evaluate", "--series", split / "validation", "--model", model),
            *(*_on(), "--out", places.judged),
        ),
    )
    yield Step(
        "Pack the model for gateways",
        _words(
            *("export", folder / "run", "--series", split / "train"),
            *("--farm", "made-farm", "--season", places.judged, "--format", "onnx"),
            *("--out", places.package),
        ),
    )
    for name, part, years in (
        ("held-back", "validation", HELD_BACK_YEAR),
        ("this-season", "test", THIS_YEAR),
    ):
        yield Step(
            f"Tell every place of {years}",
            _words(
                *("predict", "--series", split / part, "--model", model, *_on()),
                *("--season", places.judged, "--out", folder / name),
            ),
        )
    yield Step(
        "Answer this season's fields and areas",
        _words(
            *("fields", "--predictions", folder / "this-season"),
            *("--held-back", folder / "held-back", "--out", places.fields),
        ),
    )
    yield Step(
        "Draw the season",
        _words(
            *("map", "--fields", places.fields, "--out", places.map),
            *("--predictions", folder / "this-season"),
        ),
    )
    yield Step(
        f"Hold {THIS_YEAR} against what really grew",
        _words(
            *("evaluate", "--series", split / "test", "--model", model),
            *(*_on(), "--out", places.truth),
        ),
    )


def _on() -> tuple[str, ...]:
    return tuple(word for date in DATES for word in ("--on", date))


def _words(*words: object) -> tuple[str, ...]:
    return tuple(map(str, words))
