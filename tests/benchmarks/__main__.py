"""Print the benchmark tables and keep their figures in `build/bench/GROUP.json`.

A group is a module of this folder that offers `bench_rows()`; it is imported only when
it is asked for, so that one group never pays for another's libraries.
"""

import argparse
import importlib
import json
import platform
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.measurement import Measurement

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build" / "bench"
GROUPS = {
    "cold_start": "tests.benchmarks.cold_start",
    "crops_export": "tests.benchmarks.crops.graph_parity",
    "crops_predict": "tests.benchmarks.crops.prediction_pace",
    "crops_prepare": "tests.benchmarks.crops.prepare_pace",
    "crops_train": "tests.benchmarks.crops.training_pace",
    "crops_canada": "tests.benchmarks.crops.canada",
    "crops_missing": "tests.benchmarks.crops.missing_observations",
    "crops_regions": "tests.benchmarks.crops.few_label_regions",
    "crops_ucr": "tests.benchmarks.crops.ucr_crop",
    "edge": "tests.benchmarks.edge_cost",
    "export": "tests.benchmarks.export_parity",
    "localisation": "tests.benchmarks.localisation",
    "science": "tests.benchmarks.science",
}

LONG = ("crops_canada", "crops_missing", "crops_regions", "crops_ucr")
"""Groups that take from half an hour to hours: run where they are named."""


def main() -> None:
    """Run the group asked for, or all but the long ones."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(GROUPS), metavar="GROUP")
    chosen = parser.parse_args().only
    console = Console()
    console.print(f"{platform.machine()}, Python {platform.python_version()}")
    for group in [chosen] if chosen else [one for one in GROUPS if one not in LONG]:
        rows = importlib.import_module(GROUPS[group]).bench_rows()
        console.print(table_of(group, rows))
        console.print(f"[dim]{keep(group, rows).relative_to(ROOT)}[/dim]")


def table_of(group: str, rows: list[Measurement]) -> Table:
    """Return the rows as a person reads them."""
    table = Table("measured", "value", "unit", "goal", "met", title=group)
    for row in rows:
        met = "" if row["met"] is None else ("yes" if row["met"] else "[red]no[/red]")
        goal = "" if row["goal"] is None else str(row["goal"])
        table.add_row(row["name"], f"{row['value']:.4g}", row["unit"], goal, met)
    return table


def keep(group: str, rows: list[Measurement]) -> Path:
    """Write the rows for machines and return where."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{group}.json"
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
