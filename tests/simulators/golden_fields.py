"""The crop package that is kept for good, and its golden places as a table of fields.

Loads nothing but what a device has.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from protocols.golden_vectors import GoldenVectors, golden_from_members
from protocols.graph_contract import DAYS, MASK, SERIES
from protocols.model_package import ModelPackage, read_package

PACKAGE = (
    Path(__file__).parents[1] / "protocols" / "golden" / "package-crop-v1.2.terroir"
)
HARVEST = 2026


def golden_crop_package() -> ModelPackage:
    """Return the package."""
    return read_package(PACKAGE)


def golden_places(package: ModelPackage) -> GoldenVectors:
    """Return a crop package's golden vectors."""
    return golden_from_members(package.members, package.manifest)


def whole_places(package: ModelPackage) -> list[int]:
    """Return the golden places that a table can tell of: seen, and on whole days."""
    inputs = golden_places(package).inputs
    seen = inputs[MASK].any(axis=2)
    is_whole = ((inputs[DAYS] % 1 == 0) | ~seen).all(axis=1)
    return np.flatnonzero(np.any(seen, axis=1) & is_whole).tolist()


def channels_of(package: ModelPackage) -> list[str]:
    """Return what a table calls the package's channels."""
    return [one.name for one in package.crops.season.channels]


def golden_rows(package: ModelPackage) -> list[dict[str, str]]:
    """Return one row an observation of golden places, each of which is a field."""
    golden = golden_places(package).inputs
    names, begins = channels_of(package), date(HARVEST, 1, 1)
    rows = []
    for place in range(len(golden[SERIES])):
        for step in range(golden[SERIES].shape[1]):
            seen = golden[MASK][place, step] > 0
            if not seen.any():
                continue
            day = begins + timedelta(days=int(golden[DAYS][place, step]))
            values = golden[SERIES][place, step].tolist()
            told = [
                repr(value) if is_seen else ""
                for value, is_seen in zip(values, seen, strict=True)
            ]
            row = {"field": f"G{place}", "date": f"{day}"}
            rows.append(row | dict(zip(names, told, strict=True)))
    return rows


def as_csv(rows: list[dict[str, str]]) -> str:
    """Return rows as a table."""
    heading = list(rows[0])
    lines = [heading, *([row[name] for name in heading] for row in rows)]
    return "\n".join(",".join(line) for line in lines) + "\n"
