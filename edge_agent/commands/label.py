"""`terroir-edge label`: keep what a laboratory found, one soil or a table of many.

All of it is committed in one transaction, or nothing is. A running agent is told and
sends it at once; without one it waits in the journal.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.errors import InputError
from edge_agent.exit_codes import ExitCode

if TYPE_CHECKING:
    from edge_agent.label_table import Labels

HELP = "keep laboratory values of soil samples"
COLUMNS = ("sample", "target", "value", "unit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--sample", help="the soil sample's barcode")
    parser.add_argument("--target", help="the property, by its OSSL name")
    parser.add_argument("--value", help="what the laboratory found")
    parser.add_argument("--unit", help="the unit of the value")
    parser.add_argument(
        "--file",
        type=Path,
        help=f"a CSV table with the columns {', '.join(COLUMNS)}, for many at once",
    )
    parser.add_argument("--laboratory", help="who measured it")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Keep the labels and tell the agent."""
    from edge_agent.journal_entry import enter  # noqa: PLC0415 - quick --help
    from edge_agent.settings import read_settings  # noqa: PLC0415 - quick --help

    labels = labels_from(arguments)
    enter(
        read_settings(arguments.settings),
        lambda author: [
            author.label(sample, values, arguments.laboratory)
            for sample, values in labels.items()
        ],
    )
    values = sum(map(len, labels.values()))
    sys.stdout.write(f"kept {values} values of {len(labels)} samples\n")
    return ExitCode.OK


def labels_from(arguments: argparse.Namespace) -> "Labels":
    """Return the labels that the command line gives, itself or in a table."""
    from edge_agent.label_table import (  # noqa: PLC0415 - quick --help
        gather_labels,
        read_labels,
    )

    single = [getattr(arguments, name) for name in COLUMNS]
    if arguments.file is not None and not any(single):
        return read_labels(arguments.file)
    if arguments.file is not None or None in single:
        raise InputError(
            "expected either --file, or --sample, --target, --value and --unit together"
        )
    return gather_labels([dict(zip(COLUMNS, single, strict=True))], "the command line")
