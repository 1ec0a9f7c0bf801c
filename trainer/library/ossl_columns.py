"""The column names of the Open Soil Spectral Library, by which tables are exchanged."""

SAMPLE = "id.sample"
FARM = "farm"


def spectral_column(wavelength_nm: float) -> str:
    """Return the column of reflectance, a fraction, at one wavelength."""
    return f"scan_visnir.{wavelength_nm:g}_ref"
