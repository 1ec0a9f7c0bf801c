"""The quality gate: good soils pass, every kind of broken scan is refused by name."""

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.errors import ScanRefusedError
from edge_agent.scan_quality import check_quality
from protocols.spectrum import spectrum_of
from tests.simulators.scan_files import AXIS, soil_curve

Curve = NDArray[np.float64]


def with_nan(curve: Curve) -> Curve:
    curve[5] = np.nan
    return curve


def clipped(curve: Curve) -> Curve:
    return np.minimum(curve, np.quantile(curve, 0.8))


def negative(curve: Curve) -> Curve:
    curve[:20] = -0.2
    return curve


BROKEN = {
    "not a number": with_nan,
    "looks like percent": lambda curve: curve * 100,
    "dead sensor": lambda curve: np.full_like(curve, 0.3),
    "saturated": clipped,
    "negative": negative,
}


@pytest.mark.parametrize("seed", range(5))
def test_soil_passes(seed: int) -> None:
    check_quality(spectrum_of(AXIS, soil_curve(seed)))


@pytest.mark.parametrize("name", BROKEN)
def test_broken_scan_is_refused_by_name_saying_expected_and_found(name: str) -> None:
    values = BROKEN[name](soil_curve())

    with pytest.raises(ScanRefusedError, match=rf"^{name}: expected .*found"):
        check_quality(spectrum_of(AXIS, values))


def test_too_bright_scan_is_saturated() -> None:
    with pytest.raises(ScanRefusedError, match="saturated"):
        check_quality(spectrum_of(AXIS, soil_curve() + 1.0))


def test_scan_of_few_bands_is_refused() -> None:
    with pytest.raises(ScanRefusedError, match="too few bands: expected at least 10"):
        check_quality(spectrum_of(AXIS[:5], soil_curve()[:5]))


def test_axis_in_micrometres_is_refused() -> None:
    with pytest.raises(ScanRefusedError, match="wrong axis"):
        check_quality(spectrum_of(AXIS / 1000, soil_curve()))
