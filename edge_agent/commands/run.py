"""`terroir-edge run`: be the agent until told to stop."""

import argparse
import logging
from pathlib import Path

from edge_agent.exit_codes import ExitCode

HELP = "be the agent: read scans, keep them, send them, update the model"
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    del parser


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the agent."""
    from edge_agent.agent import Agent  # noqa: PLC0415 - loads the link
    from edge_agent.settings import read_settings  # noqa: PLC0415 - quick --help

    path: Path = arguments.settings
    settings = read_settings(path)
    logging.basicConfig(level=settings.log_level.upper(), format=FORMAT)
    Agent(settings, path).run()
    return ExitCode.OK
