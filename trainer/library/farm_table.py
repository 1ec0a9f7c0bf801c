"""One farm's soils as an OSSL-named CSV, on its instrument's own bands.

It is what a simulated spectrometer replays, and the truth that a demonstration judges
its readings by.
"""

import csv
import io
from pathlib import Path

from trainer.durable_files import write_durably
from trainer.library.limesoda import FarmScans
from trainer.library.ossl_columns import SAMPLE, spectral_column
from trainer.library.recognition.soil_properties import ORGANIC_CARBON


def write_farm_table(scans: FarmScans, path: Path) -> None:
    """Write every soil's id, organic carbon and scan."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    bands = [spectral_column(wavelength) for wavelength in scans.wavelengths_nm]
    writer.writerow([SAMPLE, ORGANIC_CARBON, *bands])
    for soil, carbon, spectrum in zip(
        scans.soils, scans.carbon, scans.spectra, strict=True
    ):
        numbers = [f"{value:.6g}" for value in spectrum]
        writer.writerow([soil, f"{carbon:.6g}", *numbers])
    write_durably(path, text.getvalue().encode())
