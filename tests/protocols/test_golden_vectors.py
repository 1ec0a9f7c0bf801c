"""Golden vectors come back as they were, or are refused before they are believed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import PackageError
from protocols.golden_vectors import (
    GraphAnswer,
    golden_from_members,
    largest_difference,
)
from protocols.limits import MAX_GOLDEN_SCANS
from tests.protocols.sample_packages import (
    sample_golden,
    sample_manifest,
    sample_members,
)


def test_golden_vectors_come_back() -> None:
    found = golden_from_members(sample_members(), sample_manifest())

    np.testing.assert_array_equal(found.spectrum, sample_golden().spectrum)
    assert (
        largest_difference(sample_golden().answer, found.answer, sample_manifest()) == 0
    )


def npy(shape: str, values: bytes = b"", kind: str = "<f4") -> bytes:
    """Return an array file that says this shape, whatever it holds."""
    said = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    header = said.ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + values


TWO = np.array([1.0, 2.0], dtype="<f4").tobytes()


def test_golden_file_that_is_made_by_hand_is_read() -> None:
    members = sample_members() | {"golden/value.npy": npy("(2, 1)", TWO)}

    answer = golden_from_members(members, sample_manifest()).answer

    assert answer.value.tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"no array",
        sample_golden().to_members()["golden/novelty.npy"],
        npy(f"({2**60}, 1)"),
        npy(f"(2, {2**60})", TWO),
        npy("(2, 1)", TWO + b"more"),
        npy("(2, 1)", TWO[:-1]),
        npy("(2, 1)", TWO, "|O"),
        npy("(2, 1)", TWO * 2, "<f8"),
        npy("(2, 1)", TWO[:4] + np.array([np.nan], "<f4").tobytes()),
        npy("(2, 1)", TWO[:4] + np.array([np.inf], "<f4").tobytes()),
        b"\x93NUMPY\x01\x00\xff\xff{",
    ],
)
@pytest.mark.parametrize("name", ["spectrum", "value"])
def test_golden_vectors_that_do_not_fit_are_refused(name: str, bad: bytes) -> None:
    members = sample_members() | {f"golden/{name}.npy": bad}

    with pytest.raises(PackageError, match="expected"):
        golden_from_members(members, sample_manifest())


def test_more_golden_scans_than_a_device_should_run_are_refused() -> None:
    many = MAX_GOLDEN_SCANS + 1
    members = sample_members() | {
        "golden/spectrum.npy": npy(f"({many}, 4)", bytes(16 * many))
    }

    with pytest.raises(PackageError, match=f"1 to {MAX_GOLDEN_SCANS} golden scans"):
        golden_from_members(members, sample_manifest())


@given(data=st.binary(max_size=200))
def test_arbitrary_golden_files_are_refused(data: bytes) -> None:
    members = sample_members() | {"golden/spectrum.npy": data}

    with pytest.raises(PackageError):
        golden_from_members(members, sample_manifest())


def test_difference_is_counted_in_standard_deviations() -> None:
    golden = sample_golden().answer
    off = GraphAnswer(golden.value + 0.25, golden.low, golden.high, golden.novelty)

    assert largest_difference(golden, off, sample_manifest()) == pytest.approx(0.5)


def test_answer_that_is_no_number_is_infinitely_far_off() -> None:
    golden = sample_golden().answer
    low = np.full_like(golden.low, np.nan)
    off = GraphAnswer(golden.value, low, golden.high, golden.novelty)

    assert largest_difference(golden, off, sample_manifest()) == float("inf")
