"""Which columns of a table are spectra, and what their names say of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from protocols.instrument_files.instrument_scan import AxisUnit, Quantity
from trainer.errors import LibraryError

Scan = Literal["visnir", "mir"]
FEWEST_BANDS = 10

_NUMBER = r"(\d+(?:\.\d+)?)"


@dataclass(frozen=True)
class SpectralFamily:
    """Columns whose names follow one pattern, and what the pattern says of them."""

    name: str
    pattern: str
    quantity: Quantity | None = None
    unit: AxisUnit | None = None


_FAMILIES = (
    SpectralFamily(
        "visnir", rf"^scan_visnir\.{_NUMBER}_ref$", quantity="fraction", unit="nm"
    ),
    SpectralFamily(
        "mir", rf"^scan_mir\.{_NUMBER}_abs$", quantity="absorbance", unit="cm-1"
    ),
    SpectralFamily(
        "mir", rf"^scan_mir\.{_NUMBER}_ref$", quantity="fraction", unit="cm-1"
    ),
    SpectralFamily("wavelengths", rf"^wl_{_NUMBER}$", unit="nm"),
    SpectralFamily("wavenumbers", rf"^wn_{_NUMBER}$", unit="cm-1"),
    SpectralFamily("numbers", rf"^(?:X|spc\.)?{_NUMBER}$"),
)


@dataclass(frozen=True, eq=False)
class SpectralColumns:
    """The spectral columns as they stand, and what their names say.

    Attributes:
        names: None in a laboratory table.
        positions: One a column.
        quantity: What the names say of the values, if anything.
        unit: What the names say of the positions, if anything.
    """

    names: tuple[str, ...]
    positions: NDArray[np.float64]
    quantity: Quantity | None
    unit: AxisUnit | None


def spectral_columns(
    header: Sequence[str], pattern: str | None, scan: Scan | None
) -> SpectralColumns:
    """Find the one family of spectral columns; `pattern` is what a map says."""
    families = (SpectralFamily("map", pattern),) if pattern else _FAMILIES
    matched = [(family, _matches(header, family.pattern)) for family in families]
    found = [(family, names) for family, names in matched if len(names) >= FEWEST_BANDS]
    if scan:
        found = [(family, names) for family, names in found if family.name == scan]
    if len(found) > 1:
        kinds = " and ".join(family.name for family, _ in found)
        raise LibraryError(
            f"expected one kind of spectra, found {kinds}; choose with --scan"
        )
    if not found:
        return SpectralColumns((), np.empty(0), None, None)
    family, names = found[0]
    positions = np.array(list(names.values()))
    return SpectralColumns(tuple(names), positions, family.quantity, family.unit)


def _matches(header: Sequence[str], pattern: str) -> dict[str, float]:
    """Return the columns that follow `pattern`, with their positions."""
    try:
        compiled = re.compile(pattern)
        found = ((name, compiled.match(name)) for name in header)
        return {name: float(match.group(1)) for name, match in found if match}
    except (re.error, IndexError, ValueError) as error:
        raise LibraryError(
            f"expected a pattern with one group that is the position, found "
            f"{pattern!r}: {error}"
        ) from error


def is_spectral(name: str) -> bool:
    """Say whether a name is that of a spectral column of any family."""
    return any(re.match(family.pattern, name) for family in _FAMILIES)
