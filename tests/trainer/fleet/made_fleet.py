"""Made farms as tables in a folder, good ones and every kind of bad one."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.trainer.localisation.made_soils import (
    CARBON,
    GRID,
    made_farm,
    made_library,
)
from trainer.fleet.farm_record import FarmRecord
from trainer.fleet.fleet_chunk import FleetWork, do_chunk
from trainer.fleet.localisation_order import LocalisationOrder
from trainer.fleet.localisation_work import LocalisationWork, work_of_library
from trainer.fleet.packed_farm import FarmTask
from trainer.library.ossl_columns import SAMPLE, spectral_column

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
ORDER = LocalisationOrder(tenant="acme", method="auto", seed=0, made_at=MADE_AT)
KILLER = "killer"


def made_work() -> LocalisationWork:
    return work_of_library(made_library(3, 20), ORDER, with_samples=True)


def write_farm(
    path: Path,
    labels: int = 10,
    start: int = 0,
    values: NDArray[np.float64] | None = None,
    samples: tuple[str, ...] | None = None,
    factor: float = 1.0,
) -> Path:
    """Write a made farm as a table with OSSL names."""
    farm = made_farm(labels, start)
    carbon = farm.values[:, 0] if values is None else values
    heads = [SAMPLE, CARBON, *(spectral_column(one) for one in GRID.positions())]
    lines = [
        ",".join(
            (
                name,
                "" if np.isnan(value) else f"{value:.6g}",
                *(f"{one * factor:.6g}" for one in scan),
            )
        )
        for name, value, scan in zip(
            samples or farm.samples, carbon, farm.spectra, strict=True
        )
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([",".join(heads), *lines]) + "\n")
    return path


def chunk_with_killer(
    work: FleetWork, chunk: tuple[FarmTask, ...]
) -> tuple[FarmRecord, ...]:
    """Do a chunk, unless it holds the farm that takes all others with it."""
    if any(task.farm == KILLER for task in chunk):
        raise MemoryError("no room for this farm")
    return do_chunk(work, chunk)
