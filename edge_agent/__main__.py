"""The command line of the device: `terroir-edge COMMAND`, or `python -m edge_agent`.

Without a command it is the agent itself.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from edge_agent.errors import (
    AlreadyRunningError,
    EdgeError,
    InputError,
    JournalError,
    OutputLostError,
    PackageUnusableError,
    RefusedUpdateError,
    SettingsError,
    UnreachableError,
)
from edge_agent.exit_codes import ExitCode

COMMANDS = (
    "run",
    "label",
    "status",
    "readings",
    "update",
    "replay",
    "predict",
    "crops",
)
WITHOUT_SETTINGS = ("replay", "predict", "crops")

CODES: dict[type[EdgeError], ExitCode] = {
    SettingsError: ExitCode.SETTINGS,
    AlreadyRunningError: ExitCode.ALREADY_RUNNING,
    JournalError: ExitCode.JOURNAL,
    InputError: ExitCode.INPUT,
    RefusedUpdateError: ExitCode.REFUSED,
    PackageUnusableError: ExitCode.PACKAGE,
    OutputLostError: ExitCode.OUTPUT,
    UnreachableError: ExitCode.UNREACHABLE,
}


class Command(Protocol):
    """A module in `edge_agent.commands`."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes."""
        ...

    def run(self, arguments: argparse.Namespace) -> ExitCode:
        """Do it."""
        ...


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _prepare_streams()
    _keep_to_one_thread()
    given = list(sys.argv[1:] if words is None else words)
    if not given or given[0] not in (*COMMANDS, "-h", "--help"):
        given.insert(0, "run")
    arguments = _parser(given[0]).parse_args(given)
    command = _command(arguments.command)
    try:
        return command.run(arguments)
    except EdgeError as error:
        sys.stderr.write(f"terroir-edge: {error}\n")
        if isinstance(error, OutputLostError):
            _forget_standard_output()
        return _code_of(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _forget_standard_output()
        return ExitCode.READER_GONE


def _parser(first: str) -> argparse.ArgumentParser:
    """Return a parser of the command at hand, or of all for a person who asks."""
    parser = argparse.ArgumentParser(
        prog="terroir-edge", description="The agent on a soil spectrometer."
    )
    chosen = parser.add_subparsers(dest="command", required=True)
    for name in (first,) if first in COMMANDS else COMMANDS:
        command = _command(name)
        one = chosen.add_parser(name, help=command.HELP, description=command.HELP)
        if name not in WITHOUT_SETTINGS:
            one.add_argument(
                "--settings",
                type=Path,
                default=Path("agent.toml"),
                help="the device's settings (default: agent.toml)",
            )
        command.add_arguments(one)
    return parser


def _command(name: str) -> Command:
    module: Command = import_module(f"edge_agent.commands.{name}")
    return module


def _prepare_streams() -> None:
    """Give a command that was started with closed streams the empty ones.

    Else the next file to be opened would take their place, and their output.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            # It stays open as long as the command runs.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    # What a terminal cannot show must not end a command.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _keep_to_one_thread() -> None:
    """Keep numpy, here and in children, from starting threads that nothing uses.

    Starting them is a good part of what loading numpy costs.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _forget_standard_output() -> None:
    """Keep the interpreter from writing the rest where it cannot go, at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _code_of(error: EdgeError) -> ExitCode:
    for kind in type(error).__mro__:
        if kind in CODES:
            return CODES[kind]
    return ExitCode.UNEXPECTED


if __name__ == "__main__":
    sys.exit(main())
