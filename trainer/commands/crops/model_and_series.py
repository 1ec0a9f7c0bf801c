"""Options and progress that commands asking a crop model share, worded once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.fit_progress import progress_bar
from trainer.crops.prediction.season_day import parse_day
from trainer.errors import WorkspaceError

SeriesFolder = Annotated[Path, typer.Option(help="The folder of series.")]
ModelPath = Annotated[
    Path, typer.Option(help="A crop model's folder, training run or package.")
]
Dates = Annotated[
    list[str] | None,
    typer.Option(
        "--on", help="Dates of prediction, as 07-15 or days from 1 January as 0."
    ),
]


def days_of(dates: list[str] | None) -> tuple[int, ...]:
    """Return the days asked for, each once and in order."""
    return tuple(sorted({parse_day(one) for one in dates or ()}))


def expect_new(folder: Path) -> None:
    """Refuse a folder that holds something."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(
            f"expected a new folder, found {folder} there already; choose another one"
        )


@contextmanager
def counted_progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how many are done, and how long the rest takes."""
    with progress_bar() as bar:
        task = bar.add_task(name)

        def tell(done: int, every: int) -> None:
            bar.update(task, completed=done, total=every)

        yield tell
