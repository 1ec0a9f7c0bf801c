"""What commands of many fits share: what is done so far, what failed, a kind stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from trainer.exit_codes import ExitCode

Outcome = TypeVar("Outcome")
Told = Callable[[int, int, Outcome | None], None]
FailureOf = Callable[[Outcome], tuple[str, str] | None]


@contextmanager
def stopping_kindly() -> Iterator[None]:
    """Turn Ctrl-C into a word on what is kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        kept = "stopped; what is finished is kept, run the same again to go on"
        typer.echo(kept, err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def progress_bar() -> Progress:
    """Return a bar on standard error: done of all, time taken, time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(elapsed_when_finished=False),
        console=Console(stderr=True),
    )


@contextmanager
def fit_progress(failure_of: FailureOf[Outcome]) -> Iterator[Told[Outcome]]:
    """Show on standard error what is done, how long the rest takes, what failed.

    `failure_of` returns who failed and why; each pair is shown once.
    """
    bar = progress_bar()
    with bar:
        task = bar.add_task("fits")
        seen: set[tuple[str, str]] = set()

        def tell(done: int, every: int, last: Outcome | None) -> None:
            bar.update(task, completed=done, total=every)
            failure = None if last is None else failure_of(last)
            if failure is not None and failure not in seen:
                seen.add(failure)
                line = f"{failure[0]} failed: {failure[1]}"
                bar.console.print(line, markup=False, style="red")

        yield tell
