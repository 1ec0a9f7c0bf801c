"""Whether a farm's model knows its own soils, and says so of nothing else.

`python -m tests.benchmarks.foreign_soils` takes each spectral LimeSoDa set with soils
to spare as the farm, the others as its library, and draws 30 labels ten times. Told are
the share of the farm's other soils that is flagged (novelty above 1), and of every kind
of `tests.benchmarks.foreign_scans` the share that is flagged, and what slips through:
neither flagged nor refused by the device's quality gate. Novelty is that of the domain;
once a farm it is held against the module that is exported.
"""

import argparse
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from edge_agent.errors import ScanRefusedError
from edge_agent.scan_quality import check_quality
from protocols.spectrum import spectrum_of
from protocols.wavelength_grid import WAVENUMBERS_PER_CM, WavelengthGrid
from tests.benchmarks.foreign_scans import OBSERVED, Scans, foreign_scans
from tests.benchmarks.limesoda_farms import (
    FIELDS,
    VISIBLE,
    Customer,
    customer,
    learned_library,
)
from tests.benchmarks.measurement import Measurement, at_least, at_most, observed
from trainer.localisation.farm_domain import FarmDomain, farm_domain
from trainer.localisation.farm_model import as_module, localise

LABELS = 30
FEWEST_JUDGED = 12
SEEDS, FEW_SEEDS = 10, 3
GOAL_OWN = 0.05
GOAL_FLAGGED = 0.9
SOILS_AND_LEAVES = ("Australia", "other sets", "leaf", "white reference")


@dataclass(frozen=True)
class Flagged:
    """What was flagged on one farm, means over draws of labels.

    Attributes:
        field: The farm.
        own: Share of its own soils.
        worst_own: The same in the worst draw.
        kinds: Share of each foreign kind.
        slipped: Share of each kind that was neither flagged nor refused.
    """

    field: str
    own: float
    worst_own: float
    kinds: dict[str, float]
    slipped: dict[str, float]


def bench_rows() -> list[Measurement]:
    """Return this file's figures; fewer draws unless all are asked for."""
    seeds = SEEDS if os.environ.get("TERROIR_BENCH_SLOW") else FEW_SEEDS
    farms = [one for one in measure(seeds) if one.field in VISIBLE]
    own = [one.own for one in farms]
    name = f"{LABELS} labels, {len(farms)} vis-NIR farms"
    kinds = dict.fromkeys(kind for one in farms for kind in one.kinds)
    return [
        at_most(f"own soils flagged, {name}", float(np.mean(own)), "share", GOAL_OWN),
        observed("own soils flagged, worst farm", max(own), "share"),
        *(_row_of(kind, farms) for kind in kinds),
    ]


def measure(seeds: int = SEEDS) -> list[Flagged]:
    """Return one row a farm."""
    with threadpool_limits(limits=1):
        farms = map(customer, FIELDS)
        return [
            _flagged(farm, seeds)
            for farm in farms
            if len(farm.values) >= LABELS + FEWEST_JUDGED
        ]


def flagged_table(rows: Sequence[Flagged]) -> Table:
    """Return one farm a line; made kinds are told by the worst of them."""
    table = Table("farm", "own", "worst draw", *SOILS_AND_LEAVES, "made", OBSERVED)
    table.title = f"share flagged, {LABELS} labels"
    for row in rows:
        given = [_percent(row.kinds.get(kind)) for kind in SOILS_AND_LEAVES]
        made = min((row.kinds[kind], kind) for kind in _made(row))
        worst = f"{made[0]:.0%} ({made[1]})" if made[0] < 1 else "100%"
        table.add_row(
            row.field,
            f"{row.own:.1%}",
            f"{row.worst_own:.0%}",
            *given,
            worst,
            _percent(row.kinds[OBSERVED]),
        )
    own = [row.own for row in rows]
    table.add_row("mean", f"{np.mean(own):.1%}", *[""] * (len(SOILS_AND_LEAVES) + 3))
    return table


def slip_lines(rows: Iterable[Flagged]) -> list[str]:
    """Return what was neither flagged nor refused, a line each."""
    return [
        f"{row.field}: {share:.1%} of {kind} slips through"
        for row in rows
        for kind, share in row.slipped.items()
        if share
    ]


def _row_of(kind: str, farms: Sequence[Flagged]) -> Measurement:
    slipped = [one.slipped[kind] for one in farms if kind in one.slipped]
    name = f"{kind}: flagged or refused, mean of {len(slipped)} farms"
    share = 1 - float(np.mean(slipped))
    if kind == OBSERVED:
        return observed(name, share, "share")
    return at_least(name, share, "share", GOAL_FLAGGED)


def _made(row: Flagged) -> list[str]:
    return [kind for kind in row.kinds if kind not in (*SOILS_AND_LEAVES, OBSERVED)]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _flagged(farm: Customer, seeds: int) -> Flagged:
    Console(stderr=True).print(farm.field)
    scans = foreign_scans(farm, seed=0)
    refused = {kind: _refused(rows, farm.library.grid) for kind, rows in scans.items()}
    own: list[float] = []
    far: dict[str, list[NDArray[np.bool_]]] = {kind: [] for kind in scans}
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(farm.values))
        domain = _domain(farm, order[:LABELS], seed)
        others = farm.farm.spectra[order[LABELS:]]
        own.append(float((domain.novelty(others) > 1).mean()))
        for kind, rows in scans.items():
            far[kind].append(domain.novelty(rows) > 1)
    return Flagged(
        field=farm.field,
        own=float(np.mean(own)),
        worst_own=max(own),
        kinds={kind: float(np.mean(told)) for kind, told in far.items()},
        slipped={
            kind: float(np.mean([~one & ~refused[kind] for one in told]))
            for kind, told in far.items()
        },
    )


def _domain(farm: Customer, rows: NDArray[np.intp], seed: int) -> FarmDomain:
    """Return the domain of the farm's model, for one draw held against the module."""
    labelled, knowledge = farm.some(rows), learned_library(farm.field)
    domain = farm_domain(knowledge.domain, labelled, seed)
    if seed == 0:
        module = as_module(localise(knowledge, labelled, seed))
        with torch.no_grad():
            novelty = module(torch.from_numpy(farm.farm.spectra))[3].numpy()
        told = domain.novelty(farm.farm.spectra)
        np.testing.assert_allclose(novelty, told, rtol=1e-4)
    return domain


def _refused(rows: Scans, grid: WavelengthGrid) -> NDArray[np.bool_]:
    """Return which scans the device's quality gate refuses."""
    positions = grid.positions()
    axis = positions if grid.unit == "nm" else WAVENUMBERS_PER_CM / positions
    return np.array([_is_refused(axis, row) for row in rows])


def _is_refused(axis: NDArray[np.float64], row: Scans) -> bool:
    try:
        check_quality(spectrum_of(axis, row))
    except ScanRefusedError:
        return True
    return False


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    rows = measure(parser.parse_args().seeds)
    console = Console()
    console.print(flagged_table(rows))
    for line in slip_lines(rows):
        console.print(line)


if __name__ == "__main__":
    main()
