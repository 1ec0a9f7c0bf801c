"""Units are recognised from numbers, said by the user, or refused."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from trainer.crops.preparation.channel_units import RecognisedUnits, recognise_units
from trainer.crops.preparation.observation_columns import ChannelColumn
from trainer.crops.preparation.preparation_order import UnitOrder
from trainer.errors import LibraryError

RED = ChannelColumn("S2-B04", "B04", "reflectance")
RADAR = ChannelColumn("S1-VH", "VH", "radar")
WARMTH = ChannelColumn("temperature", "temperature", "temperature")
RAIN = ChannelColumn("precipitation", "precipitation", "precipitation")
BEFORE, AFTER = date(2021, 9, 1), date(2022, 9, 1)


def recognised(
    one: ChannelColumn, low: float, high: float, said: UnitOrder, latest: date = BEFORE
) -> RecognisedUnits:
    """Recognise a column whose numbers lie evenly between two."""
    numbers = np.linspace(low, high, 500)
    sample = pa.table({one.column: numbers if high < 100 else numbers.astype(np.int64)})
    return recognise_units(sample, (one,), latest, said)


@pytest.mark.parametrize(
    ("one", "low", "high", "factor", "shift"),
    [
        (RED, 100, 6000, 1e-4, 0),
        (RED, 0.01, 0.6, 1, 0),
        (RADAR, -30, -5, 1, 0),
        (WARMTH, 260, 310, 1, -273.15),
        (WARMTH, -10, 35, 1, 0),
        (RAIN, 0, 30, 1, 0),
    ],
)
def test_units_are_told_from_numbers(
    one: ChannelColumn, low: float, high: float, factor: float, shift: float
) -> None:
    scale = recognised(one, low, high, UnitOrder()).scales[0]

    assert (scale.factor, scale.shift, scale.is_power) == (factor, shift, False)


def test_power_becomes_decibel() -> None:
    assert recognised(RADAR, 0.001, 0.4, UnitOrder()).scales[0].is_power


@pytest.mark.parametrize(
    ("one", "low", "high"),
    [
        (RED, 1, 90),  # percent
        (RED, -0.5e6, 1e6),
        (RADAR, 1000, 5000),
        (WARMTH, 500, 5000),
        (RAIN, -20, 20),
    ],
)
def test_numbers_in_no_known_unit_are_refused(
    one: ChannelColumn, low: float, high: float
) -> None:
    with pytest.raises(LibraryError, match="99 of 100 numbers from"):
        recognised(one, low, high, UnitOrder())


def test_a_unit_that_was_said_is_believed() -> None:
    found = recognised(RED, 1, 90, UnitOrder(unit="dn"))

    assert found.scales[0].factor == 1e-4


def test_newer_digital_numbers_are_refused_until_their_offset_is_said() -> None:
    with pytest.raises(LibraryError, match="expected --offset"):
        recognised(RED, 100, 6000, UnitOrder(), AFTER)

    said = recognised(RED, 100, 6000, UnitOrder(offset="since-2022"), AFTER)
    assert said.scales[0].offset == "since-2022"


def test_an_offset_of_fractions_is_refused() -> None:
    with pytest.raises(LibraryError, match="no offset in fractions"):
        recognised(RED, 0.01, 0.6, UnitOrder(offset="all"))


def test_a_column_without_numbers_is_refused() -> None:
    sample = pa.table({"B04": pa.array([0, 65535, None], pa.int32())})

    with pytest.raises(LibraryError, match="found none"):
        recognise_units(sample, (RED,), BEFORE, UnitOrder())


def test_bytes_are_refused() -> None:
    sample = pa.table({"B04": [b"\x01\x02"] * 20})

    with pytest.raises(LibraryError, match="unpack it first"):
        recognise_units(sample, (RED,), BEFORE, UnitOrder())
