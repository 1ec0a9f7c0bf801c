"""`terroir-edge readings`: what the device has read, newest last."""

import argparse
import sys
from typing import Any

from edge_agent.exit_codes import ExitCode

HELP = "show the latest readings"
SHOWN = 20
WIDTHS = {
    "seq": 6,
    "sample": 12,
    "target": 22,
    "value": 9,
    "low": 9,
    "high": 9,
    "unit": 6,
    "novelty": 8,
    "flagged": 8,
    "model": 12,
    "at": 20,
    "scan": 12,
    "state": 9,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON a line")
    parser.add_argument(
        "--since-seq",
        type=int,
        metavar="N",
        help=f"all readings after number N (default: the last {SHOWN})",
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Print the readings, one line a property."""
    import msgspec  # noqa: PLC0415 - quick --help

    from edge_agent.journal.reading_lines import reading_lines  # noqa: PLC0415 - same
    from edge_agent.reading_table import heading_of, row_of  # noqa: PLC0415 - same
    from edge_agent.settings import read_settings  # noqa: PLC0415 - quick --help

    settings = read_settings(arguments.settings)
    lines = reading_lines(settings.journal_path, arguments.since_seq, SHOWN)
    if arguments.json:
        for line in lines:
            sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    else:
        sys.stdout.write(heading_of(WIDTHS))
        for line in lines:
            sys.stdout.write(row_of(WIDTHS, _shortened(msgspec.to_builtins(line))))
    return ExitCode.OK


def _shortened(line: dict[str, Any]) -> dict[str, Any]:
    """Cut ids, which nobody reads to their end."""
    return line | {name: str(line[name])[: WIDTHS[name]] for name in ("model", "scan")}
