"""`terroir-edge predict`: what a model package says of scan files, without an agent."""

import argparse
import sys
from pathlib import Path

from edge_agent.errors import OutputLostError
from edge_agent.exit_codes import ExitCode
from edge_agent.installed_runtimes import AUTO, WISHES

HELP = "tell soil properties from scan files with a model package"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--package", type=Path, required=True, help="the model package (*.terroir)"
    )
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILES",
        help="scan files of instruments, or CSV tables with OSSL column names",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON line a scan and property, or a scan refused",
    )
    parser.add_argument(
        "--runtime",
        choices=WISHES,
        default=AUTO,
        help="what to run the model on (default: the best that is installed)",
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Print what the package says of every scan, as it is read."""
    from edge_agent.predictor import line_words  # noqa: PLC0415 - quick --help
    from edge_agent.predictor.predicted_lines import (  # noqa: PLC0415 - loads numpy
        RefusedLine,
        load_named_package,
        predict_files,
    )

    model = load_named_package(arguments.package, arguments.runtime)
    worded = line_words.as_json if arguments.json else line_words.as_row
    if not arguments.json:
        _tell(line_words.title_of(model))
    refused = 0
    for line in predict_files(arguments.files, model):
        refused += isinstance(line, RefusedLine)
        _tell(worded(line))
    return ExitCode.SCANS if refused else ExitCode.OK


def _tell(text: str) -> None:
    """Print at once: whoever waits for an answer sees it as it is found."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLostError(
            f"expected to write the answers, found {error.strerror}; check the disk "
            "that they go to"
        ) from error
