"""The column names of the Open Soil Spectral Library, by which tables are exchanged."""

from typing import Literal

SAMPLE = "id.sample"
FARM = "farm"


def spectral_column(position: float, unit: Literal["nm", "cm-1"] = "nm") -> str:
    """Return the column of reflectance, a fraction, at one position of the axis."""
    kind = "visnir" if unit == "nm" else "mir"
    return f"scan_{kind}.{position:.10g}_ref"
