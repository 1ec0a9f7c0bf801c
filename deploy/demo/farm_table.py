"""The farm's recorded soils: an OSSL-named CSV table with scans and laboratory values.

The values in it are the truth that the demonstration judges by. A device is only ever
given the scans, and the values of the soils whose turn it is to be labelled.
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE_COLUMN = "id.sample"
SPECTRUM_PREFIX = "scan_visnir."


@dataclass(frozen=True)
class FarmTable:
    """Rows of one farm, as text, so that scans are replayed exactly as recorded."""

    columns: tuple[str, ...]
    rows: dict[str, dict[str, str]]
    target: str

    @property
    def samples(self) -> tuple[str, ...]:
        """Every soil of the farm."""
        return tuple(self.rows)

    def value(self, sample: str) -> float:
        """Return what the laboratory found."""
        return float(self.rows[sample][self.target])

    def spectra(
        self, samples: Collection[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the wavelengths and some scans, for drawing."""
        columns = [name for name in self.columns if name.startswith(SPECTRUM_PREFIX)]
        wavelengths = [float(name.split(".", 1)[1].split("_")[0]) for name in columns]
        rows = [[float(self.rows[one][name]) for name in columns] for one in samples]
        return np.array(wavelengths), np.array(rows)

    def write_scans(self, path: Path, samples: Collection[str]) -> None:
        """Write the scans of some soils, without any laboratory value."""
        columns = [
            name
            for name in self.columns
            if name == SAMPLE_COLUMN or name.startswith(SPECTRUM_PREFIX)
        ]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(self.rows[sample] for sample in samples)

    def write_labels(self, path: Path, samples: Collection[str], unit: str) -> None:
        """Write the values of some soils, as a laboratory would send them."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["sample", "target", "value", "unit"])
            for sample in samples:
                writer.writerow([sample, self.target, self.value(sample), unit])


def read_farm_table(path: Path, target: str) -> FarmTable:
    """Read a table that `terroir library export-farm` wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = {row[SAMPLE_COLUMN]: row for row in reader}
        columns = tuple(reader.fieldnames or ())
    if target not in columns:
        raise ValueError(f"expected a column {target} in {path}, found none")
    return FarmTable(columns, rows, target)
