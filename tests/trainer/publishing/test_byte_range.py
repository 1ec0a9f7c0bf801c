"""A Range header asks for some bytes, all of them, or none that exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.publishing.byte_range import ByteRange, requested_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, ByteRange(0, 10)),
        ("bytes=0-", ByteRange(0, 10)),
        ("bytes=4-", ByteRange(4, 6)),
        ("bytes=2-5", ByteRange(2, 4)),
        ("bytes=8-99", ByteRange(8, 2)),
        ("bytes=-3", ByteRange(7, 3)),
        ("bytes=-99", ByteRange(0, 10)),
        ("bytes=-", ByteRange(0, 10)),
        ("bytes=1-2,4-5", ByteRange(0, 10)),
        ("lines=1-2", ByteRange(0, 10)),
        ("bytes=10-", None),
        ("bytes=5-2", None),
        ("bytes=-0", None),
    ],
)
def test_header_asks_for_bytes(header: str | None, expected: ByteRange | None) -> None:
    assert requested_range(header, 10) == expected


@given(header=st.text(max_size=30), size=st.integers(0, 1000))
def test_whatever_is_asked_stays_inside_the_file(header: str, size: int) -> None:
    found = requested_range("bytes=" + header, size)

    assert found is None or 0 <= found.first <= found.first + found.count <= size
