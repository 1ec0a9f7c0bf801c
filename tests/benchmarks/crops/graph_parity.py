"""What every graph of a crop network weighs, costs and is off by, on every runtime.

`python -m tests.benchmarks.crops.graph_parity [NETWORK…]` prints one row a network,
format, way and runtime, each measured in a process of its own in the environment of a
device, on one thread. Networks learned made crops for a second: what they tell is worth
little, what a runtime makes of it is the same question as for any other. About two
minutes a network on two cores.
"""

import sys
from collections.abc import Iterator, Sequence

import torch
from rich.console import Console

from tests.benchmarks.export_parity import (
    COLUMNS,
    ParityRow,
    ProvedModel,
    parity_table,
    rows_of,
)
from tests.benchmarks.measurement import Measurement, at_most, observed
from tests.trainer.export.small_crops import PROOF, SPREADS, crop_model
from trainer.crops.networks.crop_recipes import CROP_RECIPES
from trainer.export.export_budget import MOST_ERROR
from trainer.export.tflite.converter import TfliteConverter
from trainer.export.trial import WORST_ERROR

HEADINGS = tuple(one.replace(" sd", "") for one in COLUMNS)
"""Errors count in probability."""


def bench_rows() -> list[Measurement]:
    """Print the whole table; return the figures of the group `crops_export`."""
    rows = list(measure([]))
    _print(rows)
    allowed = [row for row in rows if row.allowed and row.is_measured]
    worst = max(one.worst for one in allowed)
    rmse = max(one.rmse for one in allowed)
    return [
        at_most("worst allowed rmse", rmse, "in probability", MOST_ERROR),
        at_most("worst allowed series", worst, "in probability", WORST_ERROR),
        observed("combinations measured", sum(one.is_measured for one in rows), ""),
        observed("allowed", len(allowed), ""),
    ]


def measure(names: Sequence[str]) -> Iterator[ParityRow]:
    """Yield every row of these networks; of all where none is named."""
    torch.set_num_threads(1)
    with TfliteConverter() as converter:
        for name in names or CROP_RECIPES:
            known = ProvedModel(name, crop_model(name), PROOF, SPREADS)
            yield from rows_of(known, converter)


def _print(rows: Sequence[ParityRow]) -> None:
    Console(width=220).print(parity_table(rows, HEADINGS, on="made series"))


def main() -> None:
    """Print the table of the networks that are named, or of all."""
    _print(list(measure(sys.argv[1:])))


if __name__ == "__main__":
    main()
