"""Scans that are no soil of this farm: what a technician scans by mistake.

They are made, not recorded, and are only there to be refused or flagged: the white
reference panel left in place, a detector that died, and a file exported in percent.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SENSOR_NOISE = 0.0005
PANEL_REFLECTANCE = 0.99


def odd_scans(
    wavelengths_nm: NDArray[np.float64], soil: NDArray[np.float64], seed: int
) -> dict[str, NDArray[np.float64]]:
    """Return each odd scan by the sample name a technician would have given it."""
    noise = np.random.default_rng(seed).normal(0, SENSOR_NOISE, wavelengths_nm.size)
    return {
        "odd-white-panel": PANEL_REFLECTANCE - 1e-5 * wavelengths_nm + noise,
        "odd-dead-detector": np.zeros_like(wavelengths_nm),
        "odd-in-percent": soil * 100,
        "odd-green-leaf": _leaf(wavelengths_nm) + noise,
    }


def _leaf(wavelengths_nm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw a fresh leaf: green peak, red edge, bright plateau, two water bands."""

    def band(centre_nm: float, width_nm: float) -> NDArray[np.float64]:
        return np.exp(-(((wavelengths_nm - centre_nm) / width_nm) ** 2) / 2)

    red_edge = 1 / (1 + np.exp(-(wavelengths_nm - 715) / 12))
    water = 0.75 * band(1450, 60) + 0.9 * band(1940, 90)
    return 0.05 + 0.08 * band(550, 30) + 0.42 * red_edge * (1 - water)


def drop_scan(
    inbox: Path,
    sample: str,
    wavelengths_nm: NDArray[np.float64],
    reflectance: NDArray[np.float64],
) -> None:
    """Put one scan into a device's inbox the way an instrument does."""
    rows = zip(wavelengths_nm, reflectance, strict=True)
    lines = [
        f"# sample: {sample}",
        "# quantity: reflectance",
        "wavelength_nm,reflectance",
        *(f"{wavelength:g},{value:.6f}" for wavelength, value in rows),
    ]
    unfinished = inbox / f".{sample}.csv"
    unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
    unfinished.replace(inbox / f"{sample}.csv")
