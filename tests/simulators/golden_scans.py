"""The package that is kept for good, and its golden scans as a table to predict from.

Loads nothing but what a device has.
"""

from pathlib import Path

import numpy as np

from protocols.golden_vectors import GoldenVectors, golden_from_members
from protocols.model_package import ModelPackage, read_package

PACKAGE = Path(__file__).parents[1] / "protocols" / "golden" / "package-v1.1.terroir"
ENDS_APART_NM = 0.002
"""Between the end of one band and the beginning of the next."""


def golden_package() -> ModelPackage:
    """Return the package."""
    return read_package(PACKAGE)


def golden_of(package: ModelPackage) -> GoldenVectors:
    """Return a package's golden vectors."""
    return golden_from_members(package.members, package.manifest)


def golden_table(package: ModelPackage) -> str:
    """Return a CSV table of scans that resample to the golden ones.

    A band is the mean of a scan over one step of the grid, so each scan is level over
    every step.
    """
    grid = package.soil.grid
    half = (grid.step - ENDS_APART_NM) / 2
    positions = np.stack([grid.positions() - half, grid.positions() + half], axis=1)
    columns = [f"scan_visnir.{position:.3f}_ref" for position in positions.ravel()]
    rows = [
        [f"G{number}", *(repr(float(value)) for value in np.repeat(scan, 2))]
        for number, scan in enumerate(golden_of(package).spectrum)
    ]
    return "\n".join(",".join(row) for row in [["id.sample", *columns], *rows]) + "\n"
