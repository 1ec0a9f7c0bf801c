"""`terroir crops demo`: from made imagery to a map, in one go.

The imagery is made; everything after it is what `terroir crops` does with real one, by
the same commands, each a process of its own.
"""

import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from trainer.commands.crops.demo_steps import YEARS, DemoPlaces, Step, steps_of
from trainer.commands.crops.model_and_series import expect_new
from trainer.commands.options import AsJson
from trainer.crops.in_season.season_files import EVALUATION
from trainer.crops.made_imagery.made_imagery import MadeOrder, write_made_imagery
from trainer.exit_codes import ExitCode

app = typer.Typer(add_completion=False)

MAP_PAGE = "map.html"


class DemoDate(msgspec.Struct, frozen=True):
    """What was told of this season on one of its days."""

    day: int
    macro_f1: float
    accuracy: float


class _Judged(msgspec.Struct, frozen=True):
    """What is read of an evaluation."""

    dates: tuple[DemoDate, ...]


class DemoSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the demonstration came to.

    Attributes:
        observations: How many were made.
        places: Pixels of the made land.
        dates: How this season's crops were told, date by date, against what grew.
        seconds: What each command took, by its first word.
        total_s: All of it.
        map: The page to open.
    """

    observations: int
    places: int
    dates: tuple[DemoDate, ...]
    seconds: dict[str, float]
    total_s: float
    map: str


@dataclass(frozen=True)
class Stage:
    """Who is told, and how."""

    console: Console
    is_quiet: bool

    def run(self, step: Step) -> float:
        """Run one command to its good end and return how long it took."""
        self.console.print(f"\n[bold]{step.told}[/bold]")
        self.console.print(f"$ terroir crops {shlex.join(step.words)}", style="dim")
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "trainer", "crops", *step.words],
            stdout=subprocess.DEVNULL if self.is_quiet else None,
            check=False,
        )
        if done.returncode:
            raise typer.Exit(done.returncode)
        return time.perf_counter() - began


@app.command("demo")
def show_crops(
    *,
    out: Annotated[Path, typer.Option(help="Folder to be made; it may be removed.")] = (
        Path("crops-demo")
    ),
    boxes: Annotated[int, typer.Option(min=4, help="Squares of made land.")] = 20,
    side: Annotated[int, typer.Option(min=16, help="Pixels along each.")] = 16,
    seed: Annotated[int, typer.Option(min=0, help="Of the made land.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Go from small made imagery to a map of the season, by the usual commands."""
    expect_new(out)
    places, began = DemoPlaces(out), time.perf_counter()
    stage = Stage(Console(stderr=as_json, highlight=False, soft_wrap=True), as_json)
    try:
        stage.console.print("[bold]Make imagery of made fields[/bold]")
        order = MadeOrder(boxes=boxes, side=side, years=YEARS, seed=seed)
        made = write_made_imagery(places.imagery, order)
        seconds = {"imagery": time.perf_counter() - began}
        for step in steps_of(places):
            name = step.words[0]
            seconds[name] = seconds.get(name, 0.0) + stage.run(step)
    except KeyboardInterrupt:
        typer.echo(f"stopped; remove {out} and run again", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    judged = (places.truth / EVALUATION).read_bytes()
    summary = DemoSummary(
        observations=made.rows,
        places=made.places,
        dates=msgspec.json.decode(judged, type=_Judged).dates,
        seconds={name: round(each, 2) for name, each in seconds.items()},
        total_s=round(time.perf_counter() - began, 2),
        map=str(places.map / MAP_PAGE),
    )
    if as_json:
        typer.echo(msgspec.json.encode(summary).decode())
    else:
        _tell(summary, stage.console)


def _tell(summary: DemoSummary, console: Console) -> None:
    longest = sorted(summary.seconds.items(), key=lambda one: -one[1])
    told = ", ".join(f"{name} {each:.0f} s" for name, each in longest)
    console.print(
        f"\n{summary.observations:,} observations of {summary.places:,} places, from "
        f"imagery to map in {summary.total_s:.0f} s ({told})"
    )
    console.print(f"open {summary.map}", style="bold")
