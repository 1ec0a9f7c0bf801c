"""In which units channels are, recognised from their numbers or said by the user.

What cannot be told is refused. Since 25 January 2022 Sentinel-2 products carry an
offset of 1000 in their digital numbers (processing baseline 04.00); some archives have
taken it off, and reprocessed ones have put it on earlier scenes too. Numbers do not
tell which: the user does.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trainer.crops.preparation.observation_columns import ChannelColumn, Kind
from trainer.crops.preparation.observation_table import NO_DATA
from trainer.crops.preparation.preparation_order import Offset, UnitOrder
from trainer.errors import LibraryError

BASELINE_DATE = date(2022, 1, 25)
OFFSET_DN = 1000
DN_A_UNIT = 10_000
KELVIN = 273.15
_BRIGHTEST = 2.0
_LEAST_DN = 200.0
_DARKEST_POWER = 10.0
_HOTTEST_DEGC = 80.0
_FEW = 10


@dataclass(frozen=True)
class ChannelScale:
    """How one channel's numbers become its unit: `number * factor + shift`.

    Attributes:
        name: Of the channel.
        factor, shift: See above.
        is_power: Ten times the logarithm of the number is taken instead.
        offset: Where the offset of newer products is taken off first.
    """

    name: str
    factor: float = 1.0
    shift: float = 0.0
    is_power: bool = False
    offset: Offset = "none"

    def in_units(self, rows: Any) -> Any:  # noqa: ANN401 - an Ibis table, an Ibis column
        """Return the channel of rows in its unit."""
        number = rows[self.name].cast("float64")
        if self.is_power:
            return (number.log10() * 10).cast("float32")
        if self.offset == "all":
            number -= OFFSET_DN
        elif self.offset == "since-2022":
            is_newer = rows["date"] >= ibis.date(BASELINE_DATE)
            number = ibis.ifelse(is_newer, number - OFFSET_DN, number)
        return (number * self.factor + self.shift).cast("float32")


@dataclass(frozen=True)
class RecognisedUnits:
    """How all channels become units, and why that is believed."""

    scales: tuple[ChannelScale, ...]
    findings: tuple[str, ...]


def recognise_units(
    sample: pa.Table,
    channels: tuple[ChannelColumn, ...],
    latest: date,
    said: UnitOrder,
) -> RecognisedUnits:
    """Tell the units of all channels from some rows, or refuse."""
    by_kind: dict[Kind, list[ChannelColumn]] = {}
    for one in channels:
        by_kind.setdefault(one.kind, []).append(one)
    scales: list[ChannelScale] = []
    findings: list[str] = []
    for kind, group in by_kind.items():
        numbers = np.concatenate([_numbers(sample, one) for one in group])
        if len(numbers) < _FEW:
            raise LibraryError(
                f"expected numbers in {group[0].column} and its like, found none in "
                "the first rows of the files; leave such columns out"
            )
        scale, finding = _RECOGNISED[kind](numbers, latest, said)
        scales += [_named(scale, one.name) for one in group]
        findings.append(f"recognised {kind}: {finding}")
    return RecognisedUnits(tuple(scales), tuple(findings))


def _named(scale: ChannelScale, name: str) -> ChannelScale:
    return ChannelScale(name, scale.factor, scale.shift, scale.is_power, scale.offset)


def _numbers(sample: pa.Table, one: ChannelColumn) -> NDArray[np.float64]:
    column = sample[one.column]
    while pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pa.chunked_array([part.flatten() for part in column.chunks])
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise LibraryError(
            f"expected numbers in {one.column}, found {column.type}; unpack it first"
        )
    found = column.cast(pa.float64()).drop_null().to_numpy()
    kept: NDArray[np.float64] = found[
        np.isfinite(found) & ~np.isin(found, NO_DATA[one.kind])
    ]
    return kept


def _reflectance(
    numbers: NDArray[np.float64], latest: date, said: UnitOrder
) -> tuple[ChannelScale, str]:
    low, high = np.quantile(numbers, (0.01, 0.99))
    span = f"99 of 100 numbers from {low:.4g} to {high:.4g}"
    unit = said.unit
    if unit is None and high <= _BRIGHTEST and low > -1:
        unit = "fraction"
    elif unit is None and high >= _LEAST_DN and low >= 0 and high <= 4 * DN_A_UNIT:
        unit = "dn"
    if unit is None:
        raise LibraryError(
            f"expected reflectance as a fraction or as digital numbers, found {span}; "
            "say which with --unit"
        )
    if unit == "fraction":
        return _fraction(span, said.offset)
    offset = _offset(latest, said.offset)
    scale = ChannelScale("", factor=1 / DN_A_UNIT, offset=offset)
    return scale, f"digital numbers of {DN_A_UNIT}, offset {offset}: {span}"


def _fraction(span: str, offset: Offset | None) -> tuple[ChannelScale, str]:
    if offset not in (None, "none"):
        raise LibraryError(
            f"expected no offset in fractions, found --offset {offset}; leave it out, "
            "or bring the digital numbers"
        )
    return ChannelScale(""), f"a fraction: {span}"


def _offset(latest: date, said: Offset | None) -> Offset:
    """Return where to take the offset off; refuse to guess it."""
    if said is not None:
        return said
    if latest < BASELINE_DATE:
        return "none"
    raise LibraryError(
        f"expected --offset, found observations until {latest:%Y-%m-%d}: products "
        f"since {BASELINE_DATE:%Y-%m-%d} carry 1000 more unless an archive took "
        "it off; say none, since-2022 or all"
    )


def _radar(
    numbers: NDArray[np.float64], latest: date, said: UnitOrder
) -> tuple[ChannelScale, str]:
    del latest
    low, high = np.quantile(numbers, (0.01, 0.99))
    span = f"99 of 100 numbers from {low:.4g} to {high:.4g}"
    if said.radar == "dB" or (said.radar is None and high < _DARKEST_POWER and low < 0):
        return ChannelScale(""), f"dB: {span}"
    if said.radar == "power" or (said.radar is None and 0 < low <= high < 1):
        return ChannelScale("", is_power=True), f"power: {span}"
    raise LibraryError(
        f"expected radar in dB or as power, found {span}; say which with --radar-unit, "
        "or convert it"
    )


def _temperature(
    numbers: NDArray[np.float64], latest: date, said: UnitOrder
) -> tuple[ChannelScale, str]:
    del latest, said
    low, high = np.quantile(numbers, (0.01, 0.99))
    span = f"99 of 100 numbers from {low:.4g} to {high:.4g}"
    if low > KELVIN - _HOTTEST_DEGC and high < KELVIN + _HOTTEST_DEGC:
        return ChannelScale("", shift=-KELVIN), f"kelvin: {span}"
    if abs(low) < _HOTTEST_DEGC and abs(high) < _HOTTEST_DEGC:
        return ChannelScale(""), f"degrees Celsius: {span}"
    raise LibraryError(
        f"expected temperature in kelvin or degrees Celsius, found {span}; convert it"
    )


def _precipitation(
    numbers: NDArray[np.float64], latest: date, said: UnitOrder
) -> tuple[ChannelScale, str]:
    del latest, said
    low, high = np.quantile(numbers, (0.01, 0.99))
    span = f"99 of 100 numbers from {low:.4g} to {high:.4g}"
    if low < 0 or high > _LEAST_DN:
        raise LibraryError(
            f"expected precipitation in mm a day, found {span}; convert it"
        )
    return ChannelScale(""), f"mm a day: {span}"


_RECOGNISED: dict[Kind, Any] = {
    "reflectance": _reflectance,
    "radar": _radar,
    "temperature": _temperature,
    "precipitation": _precipitation,
}
