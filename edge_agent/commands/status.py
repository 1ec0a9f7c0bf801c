"""`terroir-edge status`: how the device is, read from its files."""

import argparse
import sys

from edge_agent.exit_codes import ExitCode

HELP = "show what waits, what was sent, which model runs and what is wrong"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Print the device's state."""
    import msgspec  # noqa: PLC0415 - quick --help

    from edge_agent.device_status import read_status  # noqa: PLC0415 - quick --help
    from edge_agent.settings import read_settings  # noqa: PLC0415 - quick --help

    status = read_status(read_settings(arguments.settings))
    told = msgspec.to_builtins(status)
    if arguments.json:
        sys.stdout.write(msgspec.json.encode(status).decode() + "\n")
    else:
        for name, value in told.items():
            sys.stdout.write(f"{name.replace('_', ' '):20} {_worded(value)}\n")
    return ExitCode.OK


def _worded(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in (None, "") else str(value)
