"""What a file says plainly is converted exactly; what it leaves open is refused."""

import numpy as np
import pytest

from protocols.errors import InstrumentFileError
from protocols.instrument_files.instrument_scan import (
    AxisUnit,
    InstrumentScan,
    Quantity,
)
from protocols.instrument_files.reflectance import reflectance_of


def scan_of(
    positions: list[float],
    values: list[float],
    unit: AxisUnit | None = "nm",
    quantity: Quantity | None = "fraction",
) -> InstrumentScan:
    return InstrumentScan(
        positions=np.array(positions, dtype=np.float64),
        values=np.array(values, dtype=np.float32),
        unit=unit,
        quantity=quantity,
        evidence="two columns of numbers",
    )


@pytest.mark.parametrize(
    ("quantity", "values"),
    [
        ("fraction", [0.1, 0.01, 0.5]),
        ("percent", [10, 1, 50]),
        ("absorbance", [1, 2, 0.30103]),
    ],
)
def test_stated_quantity_becomes_a_fraction(
    quantity: Quantity, values: list[float]
) -> None:
    spectrum = reflectance_of(scan_of([400, 401, 402], values, quantity=quantity))

    np.testing.assert_allclose(spectrum.reflectance, [0.1, 0.01, 0.5], rtol=1e-6)


@pytest.mark.parametrize(
    ("unit", "positions"),
    [
        ("nm", [2500, 2000, 1000]),
        ("um", [2.5, 2.0, 1.0]),
        ("cm-1", [4000, 5000, 10_000]),
    ],
)
def test_stated_axis_becomes_ascending_nanometres(
    unit: AxisUnit, positions: list[float]
) -> None:
    spectrum = reflectance_of(scan_of(positions, [0.1, 0.2, 0.3], unit))

    np.testing.assert_allclose(spectrum.wavelengths_nm, [1000, 2000, 2500])
    np.testing.assert_allclose(spectrum.reflectance, [0.3, 0.2, 0.1], rtol=1e-6)


@pytest.mark.parametrize(
    ("scan", "evidence"),
    [
        (scan_of([400, 401], [0.1, 0.2], unit=None), "says the unit of its axis"),
        (scan_of([400, 401], [0.1, 0.2], quantity=None), "says the quantity"),
        (scan_of([400, 402, 401], [1, 2, 3]), "turning back 1 times"),
        (scan_of([400, 400, 401], [1, 2, 3]), "ascending"),
        (scan_of([0, 401], [1, 2], "cm-1"), "finite, ascending"),
        (scan_of([401], [1]), "bands, found 1"),
    ],
)
def test_scan_that_leaves_something_open_is_refused(
    scan: InstrumentScan, evidence: str
) -> None:
    with pytest.raises(InstrumentFileError, match=evidence):
        reflectance_of(scan)
