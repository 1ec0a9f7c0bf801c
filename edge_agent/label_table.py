"""Laboratory values as people hand them in: a CSV table, or one value typed.

A table with one wrong label is refused as a whole, naming the label.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from edge_agent.errors import InputError
from protocols.errors import ProtocolError
from protocols.identifiers import checked_sample_id
from protocols.messages import LabValue

COLUMNS = ("sample", "target", "value", "unit")

Labels = dict[str, tuple[LabValue, ...]]


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
    return gather_labels(rows, str(path))


def gather_labels(rows: Sequence[Mapping[str, str]], source: str) -> Labels:
    """Check typed labels and put those of one sample together."""
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


def _value(row: Mapping[str, str]) -> LabValue:
    return LabValue(
        target=row["target"].strip(),
        unit=row["unit"].strip(),
        value=float(row["value"]),
    )
