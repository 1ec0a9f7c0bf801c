"""`terroir-edge update`: look for a better model now, and say what became of it."""

import argparse
import sys
from typing import TYPE_CHECKING

from edge_agent.exit_codes import ExitCode

if TYPE_CHECKING:
    from edge_agent.settings import AgentSettings
    from edge_agent.updates.outcome import UpdateResult

HELP = "look for a better model now"
CODES = {
    "activated": ExitCode.OK,
    "current": ExitCode.OK,
    "refused": ExitCode.REFUSED,
    "unreachable": ExitCode.UNREACHABLE,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--crops",
        action="store_true",
        help="look for a model that tells crops, instead of one for the spectrometer",
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Look once, keep the report for the cloud and print the outcome.

    The cloud is told of the spectrometer's model only.
    """
    import msgspec  # noqa: PLC0415 - quick --help

    from edge_agent.clock import SystemClock  # noqa: PLC0415 - quick --help
    from edge_agent.settings import read_settings  # noqa: PLC0415 - quick --help
    from edge_agent.updates.model_kind import CROPS, SOIL  # noqa: PLC0415 - same
    from edge_agent.updates.refresh import Refresh  # noqa: PLC0415 - loads TUF

    settings = read_settings(arguments.settings)
    kind = CROPS if arguments.crops else SOIL
    result = Refresh(settings, SystemClock(), kind).run()
    if result.outcome in ("activated", "refused") and kind is SOIL:
        _keep_report(settings, result)
    if arguments.json:
        sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
    else:
        running = result.running or "none"
        sys.stdout.write(f"{result.outcome}: {result.detail}\nmodel: {running}\n")
    return CODES[result.outcome]


def _keep_report(settings: "AgentSettings", result: "UpdateResult") -> None:
    from edge_agent.journal_entry import enter  # noqa: PLC0415 - quick --help

    enter(settings, lambda author: [author.report(result)])
