"""A packed spectrum comes back within its bound; a damaged one is refused by name."""

import zlib

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from protocols.errors import SpectrumError
from protocols.limits import MAX_BANDS
from protocols.messages import EvenAxis, ListedAxis, PackedSpectrum
from protocols.spectrum import (
    EVEN_WITHIN_NM,
    Spectrum,
    SpectrumEncoding,
    pack,
    quantisation_error,
    spectrum_of,
    unpack,
)
from tests.strategies import encodings, packed_spectra, spectra

BIT_16 = "uint16-delta-zlib"


def field_scan(bands: int = 2151) -> Spectrum:
    """Return a smooth scan with the noise of an instrument."""
    axis = np.arange(350.0, 350.0 + bands)
    noise = np.random.default_rng(1).normal(0, 2e-4, bands)
    return spectrum_of(axis, 0.3 + 0.1 * np.sin(axis / 300) + noise)


@given(spectrum=spectra())
def test_float32_keeps_every_value(spectrum: Spectrum) -> None:
    found = unpack(pack(spectrum, "float32"))

    np.testing.assert_array_equal(found.reflectance, spectrum.reflectance)


@given(spectrum=spectra())
def test_16_bits_move_no_value_beyond_the_bound(spectrum: Spectrum) -> None:
    packed = pack(spectrum, "uint16-delta-zlib")

    found = unpack(packed)

    moved = np.abs(
        found.reflectance.astype(np.float64) - spectrum.reflectance.astype(np.float64)
    )
    assert moved.max() <= quantisation_error(packed.low, packed.high)


@given(spectrum=spectra(), encoding=encodings)
def test_axis_comes_back(spectrum: Spectrum, encoding: SpectrumEncoding) -> None:
    found = unpack(pack(spectrum, encoding))

    single = np.spacing(np.float32(spectrum.wavelengths_nm.max()))
    np.testing.assert_allclose(
        found.wavelengths_nm,
        spectrum.wavelengths_nm,
        rtol=0,
        atol=max(EVEN_WITHIN_NM, float(single)),
    )


@given(packed=packed_spectra)
def test_arbitrary_packing_is_unpacked_or_refused(packed: PackedSpectrum) -> None:
    try:
        found = unpack(packed)
    except SpectrumError:
        return

    assert found.wavelengths_nm.size == packed.axis.bands


@given(
    spectrum=spectra(), encoding=encodings, at=st.integers(0), byte=st.integers(0, 255)
)
def test_damaged_values_are_unpacked_or_refused(
    spectrum: Spectrum, encoding: SpectrumEncoding, at: int, byte: int
) -> None:
    packed = pack(spectrum, encoding)
    data = bytearray(packed.data)
    data[at % len(data)] = byte
    damaged = msgspec.structs.replace(packed, data=bytes(data))

    try:
        found = unpack(damaged)
    except SpectrumError:
        return

    assert found.reflectance.shape == spectrum.reflectance.shape


def test_packing_a_field_scan_is_a_quarter_of_float32_and_less() -> None:
    scan = field_scan()

    assert len(pack(scan, "float32").data) == 8604
    assert len(pack(scan, "uint16-delta-zlib").data) < 4200


def test_constant_spectrum_is_packed() -> None:
    flat = spectrum_of([1.0, 2.0, 3.0], [0.25] * 3)

    np.testing.assert_array_equal(unpack(pack(flat)).reflectance, flat.reflectance)


def test_uneven_axis_is_listed_and_an_even_one_is_not() -> None:
    even = pack(spectrum_of([400.0, 410.0, 420.0], [0.1, 0.2, 0.3]))
    uneven = pack(spectrum_of([400.0, 410.0, 425.0], [0.1, 0.2, 0.3]))

    assert isinstance(even.axis, EvenAxis)
    assert isinstance(uneven.axis, ListedAxis)


def test_descending_axis_is_turned_around() -> None:
    found = spectrum_of([420.0, 410.0, 400.0], [0.3, 0.2, 0.1])

    assert found.wavelengths_nm.tolist() == [400.0, 410.0, 420.0]
    assert found.reflectance.tolist() == pytest.approx([0.1, 0.2, 0.3])


@pytest.mark.parametrize("encoding", ["float32", BIT_16])
def test_truncated_values_are_refused(encoding: SpectrumEncoding) -> None:
    packed = pack(field_scan(), encoding)
    short = msgspec.structs.replace(packed, data=packed.data[:-3])

    with pytest.raises(SpectrumError, match="expected"):
        unpack(short)


def test_flipped_bit_in_16_bit_values_is_noticed() -> None:
    packed = pack(field_scan())
    data = bytearray(packed.data)
    data[-1] ^= 1

    with pytest.raises(SpectrumError, match="expected deflated values"):
        unpack(msgspec.structs.replace(packed, data=bytes(data)))


def test_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = zlib.compress(b"\0" * 100_000_000)
    packed = msgspec.structs.replace(pack(field_scan(100)), data=bomb)

    with pytest.raises(SpectrumError, match="expected 200 bytes of values, found 201"):
        unpack(packed)


def test_bomb_for_an_axis_is_refused() -> None:
    axis = ListedAxis(bands=50, wavelengths_nm=zlib.compress(b"\0" * 100_000_000))
    packed = msgspec.structs.replace(pack(field_scan(50)), axis=axis)

    with pytest.raises(SpectrumError, match="expected 200 bytes"):
        unpack(packed)


def test_not_a_number_is_not_packed_in_16_bits_and_is_kept_in_float32() -> None:
    broken = spectrum_of([1.0, 2.0], [np.nan, 0.5])

    with pytest.raises(SpectrumError, match="NaN"):
        pack(broken)

    assert np.isnan(unpack(pack(broken, "float32")).reflectance[0])


@pytest.mark.parametrize(
    ("low", "high"),
    [(1.0, 0.0), (float("nan"), 1.0), (0.0, float("inf")), (-1e300, 1e300)],
)
def test_range_that_no_instrument_has_is_refused(low: float, high: float) -> None:
    packed = msgspec.structs.replace(pack(field_scan(100)), low=low, high=high)

    with pytest.raises(SpectrumError, match="expected low <= high"):
        unpack(packed)


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        ([1.0], [1.0]),
        ([1.0, 2.0], [1.0]),
        ([[1.0, 2.0]], [[1.0, 2.0]]),
        ([1.0, 1.0], [1.0, 1.0]),
        ([1.0, 3.0, 2.0], [1.0, 1.0, 1.0]),
        ([0.0, 1.0], [1.0, 1.0]),
        ([1.0, np.inf], [1.0, 1.0]),
        (np.arange(1.0, MAX_BANDS + 2.0), np.ones(MAX_BANDS + 1)),
    ],
    ids=["one", "unequal", "flat", "twice", "zigzag", "zero", "infinite", "too many"],
)
def test_axis_that_is_none_is_refused(axis: ArrayLike, values: ArrayLike) -> None:
    with pytest.raises(SpectrumError, match="expected"):
        spectrum_of(axis, values)


def test_wavelengths_that_single_precision_confuses_are_refused() -> None:
    close = spectrum_of([400.0, 400.000001, 500.0], [0.1, 0.2, 0.3])

    with pytest.raises(SpectrumError, match="single precision"):
        pack(close)
