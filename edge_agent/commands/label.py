"""`terroir-edge label`: keep what a laboratory found, one soil or a table of many.

All of it is committed in one transaction, or nothing is. A running agent is told and
sends it at once; without one it waits in the journal.
"""

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path

from edge_agent.errors import InputError
from edge_agent.exit_codes import ExitCode
from protocols.errors import ProtocolError
from protocols.identifiers import checked_sample_id
from protocols.messages import LabValue

HELP = "keep laboratory values of soil samples"
COLUMNS = ("sample", "target", "value", "unit")

Labels = dict[str, tuple[LabValue, ...]]


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


def labels_from(arguments: argparse.Namespace) -> Labels:
    """Return the labels that the command line gives, itself or in a table."""
    single = [getattr(arguments, name) for name in COLUMNS]
    if arguments.file is not None and not any(single):
        return read_labels(arguments.file)
    if arguments.file is not None or None in single:
        raise InputError(
            "expected either --file, or --sample, --target, --value and --unit together"
        )
    return _gather([dict(zip(COLUMNS, single, strict=True))], "the command line")


def read_labels(path: Path) -> Labels:
    """Read a table of labels, or refuse it as a whole."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            rows = list(table)
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"expected a table of labels at {path}: {error}") from error
    missing = set(COLUMNS) - set(table.fieldnames or ())
    if missing:
        raise InputError(
            f"expected the columns {', '.join(COLUMNS)} in {path}, "
            f"found none called {', '.join(sorted(missing))}"
        )
    return _gather(rows, str(path))


def _gather(rows: list[dict[str, str]], source: str) -> Labels:
    gathered: defaultdict[str, list[LabValue]] = defaultdict(list)
    for number, row in enumerate(rows, start=1):
        try:
            sample = checked_sample_id((row["sample"] or "").strip())
            gathered[sample].append(_value(row))
        except (ProtocolError, ValueError, AttributeError) as error:
            raise InputError(f"{source}, label {number}: {error}") from error
    if not gathered:
        raise InputError(f"expected at least one label in {source}, found none")
    return {sample: tuple(values) for sample, values in gathered.items()}


def _value(row: dict[str, str]) -> LabValue:
    return LabValue(
        target=row["target"].strip(),
        unit=row["unit"].strip(),
        value=float(row["value"]),
    )
