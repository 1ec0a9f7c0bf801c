"""Run the demonstration: `make demo`, or `python -m deploy.demo --help`."""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from rich.console import Console

from deploy.demo.season import Season, SeasonOrder, run_season
from deploy.demo.season_report import write_report
from deploy.demo.season_table import print_season, season_figures
from deploy.processes import ProgramError

REPORT = Path("build") / "demo" / "report.html"
LABEL_COUNTS = (0, 10, 20, 30, 60)
INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run one season, print what was measured, and return the exit code."""
    arguments = _parser().parse_args(words)
    signal.signal(signal.SIGTERM, _interrupt)
    console = Console(stderr=arguments.json)
    try:
        season = _run(arguments, console)
        write_report(season, season.order.report)
    except KeyboardInterrupt:
        console.print("stopped; every program was ended and every file removed")
        return INTERRUPTED
    except (ProgramError, ValueError) as error:
        console.print(f"the demonstration failed: {error}", style="red", markup=False)
        return 1
    if arguments.json:
        sys.stdout.write(json.dumps(season_figures(season), indent=1) + "\n")
    print_season(season, console)
    return 0 if season.delivery.lost == 0 else 1


def _run(arguments: argparse.Namespace, console: Console) -> Season:
    started = time.monotonic()

    def say(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - started:6.1f} s[/dim]  {text}")

    with ExitStack() as stack:
        folder = arguments.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="terroir-demo-"))
        )
        order = SeasonOrder(
            folder=folder.resolve(),
            farm=arguments.farm,
            label_counts=tuple(arguments.labels),
            seed=arguments.seed,
            report=arguments.report.resolve(),
        )
        return run_season(order, say)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--farm", default="ssp-460", help="a LimeSoDa farm")
    parser.add_argument(
        "--labels",
        type=_counts,
        default=LABEL_COUNTS,
        metavar="0,10,30",
        help="after how many laboratory values to judge the device",
    )
    parser.add_argument("--seed", type=int, default=0, help="which soils are labelled")
    parser.add_argument("--report", type=Path, default=REPORT, help="where it goes")
    parser.add_argument("--keep", type=Path, help="keep databases, models, logs here")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    return parser


def _counts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
