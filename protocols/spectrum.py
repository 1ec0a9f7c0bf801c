"""A spectrum in memory, and how it is packed for the journal and the wire.

`float32` keeps every value as it is. `uint16-delta-zlib` spreads the codes 0 to 65,535
between the spectrum's own smallest and largest value, so that no value moves by more
than `quantisation_error(low, high)`; half a code, one hundred-thousandth of the range.
"""

import math
import zlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protocols.errors import SpectrumError
from protocols.limits import MAX_BANDS
from protocols.messages import EvenAxis, ListedAxis, PackedSpectrum

LARGEST_CODE = 65_535
FEWEST_BANDS = 2
LARGEST_FLOAT32 = float(np.finfo(np.float32).max)
EVEN_WITHIN_NM = 1e-4
ZLIB_LEVEL = 6

SpectrumEncoding = Literal["float32", "uint16-delta-zlib"]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Reflectance as a fraction, at ascending wavelengths."""

    wavelengths_nm: NDArray[np.float64]
    reflectance: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Refuse an axis that does not ascend or does not match the values."""
        axis, values = self.wavelengths_nm, self.reflectance
        if axis.ndim != 1 or axis.shape != values.shape:
            raise SpectrumError(
                f"expected one value a band, found {values.shape} on {axis.shape}"
            )
        if not FEWEST_BANDS <= axis.size <= MAX_BANDS:
            raise SpectrumError(
                f"expected {FEWEST_BANDS} to {MAX_BANDS} bands, found {axis.size}"
            )
        if not (np.isfinite(axis).all() and axis[0] > 0 and (np.diff(axis) > 0).all()):
            raise SpectrumError("expected finite, ascending wavelengths above 0 nm")


def spectrum_of(wavelengths_nm: ArrayLike, reflectance: ArrayLike) -> Spectrum:
    """Make a spectrum from any arrays, turning a descending axis around."""
    axis = np.asarray(wavelengths_nm, dtype=np.float64)
    values = np.asarray(reflectance, dtype=np.float32)
    if axis.ndim == 1 and axis.shape == values.shape and axis.size and _descends(axis):
        axis, values = axis[::-1], values[::-1]
    return Spectrum(np.ascontiguousarray(axis), np.ascontiguousarray(values))


def _descends(axis: NDArray[np.float64]) -> bool:
    return bool(axis[0] > axis[-1])


def quantisation_error(low: float, high: float) -> float:
    """Return how far 16-bit packing may move a value between `low` and `high`."""
    rounding_of_float32 = float(np.spacing(np.float32(max(abs(low), abs(high)))))
    return (high - low) / LARGEST_CODE / 2 + rounding_of_float32


def pack(
    spectrum: Spectrum, encoding: SpectrumEncoding = "uint16-delta-zlib"
) -> PackedSpectrum:
    """Return `spectrum` as it travels."""
    axis = _pack_axis(spectrum.wavelengths_nm)
    if encoding == "float32":
        data = spectrum.reflectance.astype("<f4").tobytes()
        return PackedSpectrum(axis=axis, encoding=encoding, data=data)
    values = spectrum.reflectance.astype(np.float64)
    if not np.isfinite(values).all():
        raise SpectrumError("expected finite values to pack in 16 bits, found NaN")
    low, high = float(values.min()), float(values.max())
    codes = _to_codes(values, low, high)
    deltas = np.diff(codes, prepend=np.uint16(0))
    data = zlib.compress(_byte_planes(deltas), ZLIB_LEVEL)
    return PackedSpectrum(axis=axis, encoding=encoding, low=low, high=high, data=data)


def unpack(packed: PackedSpectrum) -> Spectrum:
    """Return the spectrum that `packed` holds; refuse what does not add up."""
    axis = _unpack_axis(packed.axis)
    if packed.encoding == "float32":
        values = _exactly(packed.data, axis.size * 4).view("<f4")
        return Spectrum(axis, values.astype(np.float32))
    planes = _exactly(_inflate(packed.data, axis.size * 2), axis.size * 2)
    deltas = _from_byte_planes(planes)
    codes = np.cumsum(deltas, dtype=np.uint16)
    if not -LARGEST_FLOAT32 <= packed.low <= packed.high <= LARGEST_FLOAT32:
        raise SpectrumError(
            f"expected low <= high, both finite, found {packed.low} and {packed.high}"
        )
    step = (packed.high - packed.low) / LARGEST_CODE
    return Spectrum(axis, (packed.low + codes * step).astype(np.float32))


def _to_codes(
    values: NDArray[np.float64], low: float, high: float
) -> NDArray[np.uint16]:
    span = high - low
    if span == 0:
        return np.zeros(values.shape, dtype=np.uint16)
    return np.rint((values - low) / span * LARGEST_CODE).astype(np.uint16)


def _byte_planes(codes: NDArray[np.uint16]) -> bytes:
    """Put all low bytes before all high bytes, which deflate better apart."""
    return codes.astype("<u2").view(np.uint8).reshape(-1, 2).T.tobytes()


def _from_byte_planes(planes: NDArray[np.uint8]) -> NDArray[np.uint16]:
    pairs = np.ascontiguousarray(planes.reshape(2, -1).T)
    return pairs.view("<u2").ravel().astype(np.uint16)


def _pack_axis(wavelengths_nm: NDArray[np.float64]) -> EvenAxis | ListedAxis:
    bands = int(wavelengths_nm.size)
    first = float(wavelengths_nm[0])
    step = float((wavelengths_nm[-1] - first) / (bands - 1))
    even = EvenAxis(first_nm=first, step_nm=step, bands=bands)
    if np.allclose(_even(even), wavelengths_nm, rtol=0, atol=EVEN_WITHIN_NM):
        return even
    single = wavelengths_nm.astype("<f4")
    if not (np.diff(single) > 0).all():
        raise SpectrumError("expected wavelengths that differ in single precision")
    listed = zlib.compress(single.tobytes(), ZLIB_LEVEL)
    return ListedAxis(bands=bands, wavelengths_nm=listed)


def _unpack_axis(axis: EvenAxis | ListedAxis) -> NDArray[np.float64]:
    if isinstance(axis, EvenAxis):
        if not math.isfinite(axis.first_nm + axis.step_nm * axis.bands):
            raise SpectrumError(f"expected a finite axis, found {axis}")
        return _even(axis)
    size = axis.bands * 4
    listed = _exactly(_inflate(axis.wavelengths_nm, size), size).view("<f4")
    return listed.astype(np.float64)


def _even(axis: EvenAxis) -> NDArray[np.float64]:
    return axis.first_nm + axis.step_nm * np.arange(axis.bands, dtype=np.float64)


def _inflate(data: bytes, expected_bytes: int) -> bytes:
    """Inflate, never by much more than expected, and check the stream's own sum."""
    inflater = zlib.decompressobj()
    try:
        values = inflater.decompress(data, expected_bytes + 1)
    except zlib.error as error:
        raise SpectrumError(f"expected deflated values: {error}") from error
    is_whole = inflater.eof and not inflater.unused_data
    if len(values) <= expected_bytes and not is_whole:
        raise SpectrumError("expected one whole stream of deflated values")
    return values


def _exactly(data: bytes, expected_bytes: int) -> NDArray[np.uint8]:
    if len(data) != expected_bytes:
        raise SpectrumError(
            f"expected {expected_bytes} bytes of values, found {len(data)}"
        )
    return np.frombuffer(data, dtype=np.uint8)
