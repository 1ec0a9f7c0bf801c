"""Names and ids fit topics, certificates and folders, or are refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import IdentifierError
from protocols.identifiers import (
    NAME_PATTERN,
    RECORD_ID_PATTERN,
    DeviceAddress,
    checked_name,
    checked_sample_id,
    new_record_id,
    parse_address,
    record_id_of,
)
from tests.strategies import addresses

LONGEST_COMMON_NAME = 64


@given(address=addresses)
def test_address_comes_back_and_fits_a_certificate(address: DeviceAddress) -> None:
    assert parse_address(str(address)) == address
    assert len(str(address)) <= LONGEST_COMMON_NAME


@given(text=st.text(max_size=70))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        found = parse_address(text)
    except IdentifierError:
        return

    assert str(found) == text


@pytest.mark.parametrize(
    "text", ["", "-a", "a-", "A", "a_b", "a.b", "+", "#", "a/b", "a\n", "ä", "a" * 21]
)
def test_name_that_would_not_fit_a_topic_is_refused(text: str) -> None:
    with pytest.raises(IdentifierError, match="expected 1 to 20 of a-z"):
        checked_name(text)

    assert re.search(NAME_PATTERN, text) is None


@pytest.mark.parametrize("text", ["", ".hidden", "a b", "a/b", "a\n", "x" * 65])
def test_sample_id_that_is_no_barcode_is_refused(text: str) -> None:
    with pytest.raises(IdentifierError, match="expected 1 to 64 letters"):
        checked_sample_id(text)


def test_barcode_is_a_sample_id() -> None:
    assert checked_sample_id("LOT-7:A12.3_b") == "LOT-7:A12.3_b"


@given(early=st.integers(0, 2**47), later=st.integers(1, 2**40))
def test_new_ids_sort_by_time_and_differ(early: int, later: int) -> None:
    first, second = new_record_id(early), new_record_id(early + later)

    assert first < second
    assert re.fullmatch(RECORD_ID_PATTERN, first)
    assert new_record_id(early) != new_record_id(early)


@given(parts=st.lists(st.binary(max_size=20), min_size=2, max_size=4))
def test_id_of_content_is_the_same_every_time_and_knows_its_parts(
    parts: list[bytes],
) -> None:
    found = record_id_of(*parts)

    assert re.fullmatch(RECORD_ID_PATTERN, found)
    assert record_id_of(*parts) == found
    assert record_id_of(b"".join(parts)) != found
