"""Bruker OPUS files: one spectrum of absorbance or reflectance, or a refusal."""

import struct

import numpy as np
import pytest

from protocols.errors import InstrumentFileError
from protocols.instrument_files.opus import read_opus
from tests.simulators.instrument_files import (
    ABSORBANCE,
    REFLECTANCE,
    SAMPLE,
    SINGLE_CHANNEL,
    OpusBlock,
    opus_bytes,
    opus_parameters,
    opus_spectrum,
    opus_type,
)

VALUES = np.linspace(0.2, 0.9, 18)
CHANNEL = opus_spectrum(VALUES * 100, SINGLE_CHANNEL, SAMPLE)


def derivative() -> list[OpusBlock]:
    kind = opus_type(ABSORBANCE, derivative=1)
    (_, numbers), (_, parameters) = opus_spectrum(VALUES)
    return [(kind, numbers), (kind | 1 << 4, parameters)]


def test_absorbance_is_read_beside_single_channels() -> None:
    scan = read_opus(opus_bytes(*CHANNEL, *opus_spectrum(VALUES)), "a.0")

    np.testing.assert_allclose(scan.positions, np.linspace(4000, 600, 18))
    np.testing.assert_array_equal(scan.values, VALUES.astype(np.float32))
    assert (scan.unit, scan.quantity) == ("cm-1", "absorbance")


def test_reflectance_is_read_with_its_scale() -> None:
    blocks = opus_spectrum(VALUES, REFLECTANCE, CSF=0.5, DXU="WL")

    scan = read_opus(opus_bytes(*blocks), "a.0")

    np.testing.assert_allclose(scan.values, VALUES / 2, rtol=1e-6)
    assert (scan.unit, scan.quantity) == ("um", "fraction")


def test_numbers_after_the_last_point_are_left_alone() -> None:
    scan = read_opus(opus_bytes(*opus_spectrum(VALUES, NPT=10)), "a.0")

    np.testing.assert_array_equal(scan.values, VALUES[:10].astype(np.float32))


@pytest.mark.parametrize(
    ("blocks", "evidence"),
    [
        (CHANNEL, "found a single channel"),
        ([], "found no spectrum"),
        (
            [*opus_spectrum(VALUES), *opus_spectrum(VALUES, REFLECTANCE)],
            "absorbance, reflectance, 2 of them",
        ),
        ([*opus_spectrum(VALUES), *opus_spectrum(VALUES)], "2 of them results"),
        (derivative(), "other absorbance"),
        (opus_spectrum(VALUES, ABSORBANCE, SAMPLE), "other absorbance"),
        (opus_spectrum(VALUES)[:1], "found 0"),
        (opus_spectrum(VALUES, DXU="MIN"), "found 'MIN'"),
        (opus_spectrum(VALUES, NPT=19), "expected 19 numbers"),
        (opus_spectrum(VALUES, NPT=2**30), "points"),
        (opus_spectrum(VALUES, NPT=-1), "points"),
        (opus_spectrum(VALUES, NPT="18"), "points"),
        (opus_spectrum(VALUES, DPF=7), "of format 7"),
        (opus_spectrum(VALUES, FXV=float("nan")), "a number as FXV"),
        (opus_spectrum(VALUES, LXV="far"), "a number as LXV"),
    ],
)
def test_file_that_leaves_a_choice_or_lies_is_refused(
    blocks: list[OpusBlock], evidence: str
) -> None:
    with pytest.raises(InstrumentFileError, match=evidence):
        read_opus(opus_bytes(*blocks), "a.0")


def test_numbered_file_of_another_kind_is_refused() -> None:
    with pytest.raises(InstrumentFileError, match="Bruker OPUS"):
        read_opus(b"rotated log", "log.1")


def test_block_beyond_the_end_is_refused() -> None:
    whole = opus_bytes(*opus_spectrum(VALUES))

    with pytest.raises(InstrumentFileError, match="a whole OPUS file"):
        read_opus(whole[:-8], "a.0")


def test_directory_without_end_is_refused_quickly() -> None:
    header = struct.pack("<4sd3i", b"\n\n\xfe\xfe", 920622.0, 24, 2**31 - 1, 2**31 - 1)
    entry = struct.pack("<3i", opus_type(ABSORBANCE), 1, 24)

    with pytest.raises(InstrumentFileError, match="one spectrum"):
        read_opus(header + entry * 300_000, "a.0")


def test_parameter_without_length_ends_nothing() -> None:
    numbers, (kind, parameters) = opus_spectrum(VALUES)
    empty = struct.pack("<4s2H", b"DPF", 2, 0)

    scan = read_opus(opus_bytes(numbers, (kind, empty + parameters)), "a.0")

    assert scan.values.size == VALUES.size


def test_parameters_that_are_cut_short_are_refused() -> None:
    numbers, (kind, _) = opus_spectrum(VALUES)
    cut = opus_parameters(DXU="WN", FXV=1.0)[:24]

    with pytest.raises(InstrumentFileError, match="expected"):
        read_opus(opus_bytes(numbers, (kind, cut)), "a.0")
