"""Scan files that a simple spectrometer might write, whole or broken."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_agent.instruments.replay import drop_scan

AXIS = np.arange(350.0, 2501.0, 10.0)


def soil_curve(seed: int = 0) -> NDArray[np.float64]:
    """Return a smooth reflectance that might be a soil's."""
    random = np.random.default_rng(seed)
    place = (AXIS - AXIS[0]) / (AXIS[-1] - AXIS[0])
    slope, height = random.uniform(0.2, 0.4), random.uniform(0.05, 0.15)
    curve: NDArray[np.float64] = height + slope * np.sqrt(place)
    curve += random.normal(0, 1e-4, place.size)
    return curve


def scan_csv(
    sample: str = "A12",
    values: NDArray[np.float64] | None = None,
    quantity: str = "reflectance",
    seed: int = 0,
) -> bytes:
    """Return the bytes of a scan file."""
    values = soil_curve(seed) if values is None else values
    rows = "".join(
        f"{at:g},{value:.6f}\n" for at, value in zip(AXIS, values, strict=True)
    )
    heading = f"# sample: {sample}\n# quantity: {quantity}\n"
    return (heading + "wavelength_nm,reflectance\n" + rows).encode()


def drop(inbox: Path, sample: str, seed: int = 0) -> Path:
    """Put a good scan into the inbox."""
    return drop_scan(inbox, f"{sample}.csv", scan_csv(sample, seed=seed).decode())


def drop_bytes(inbox: Path, name: str, data: bytes) -> Path:
    """Put any bytes into the inbox under a name."""
    temporary = inbox / f".{name}.partial"
    temporary.write_bytes(data)
    return temporary.replace(inbox / name)
