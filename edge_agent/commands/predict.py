"""`terroir-edge predict`: what a model package says of scan files, without an agent."""

import argparse
from pathlib import Path

from edge_agent.exit_codes import ExitCode
from edge_agent.installed_runtimes import AUTO, WISHES
from edge_agent.told_output import tell

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
        tell(line_words.title_of(model))
    refused = 0
    for line in predict_files(arguments.files, model):
        refused += isinstance(line, RefusedLine)
        tell(worded(line))
    return ExitCode.SCANS if refused else ExitCode.OK
