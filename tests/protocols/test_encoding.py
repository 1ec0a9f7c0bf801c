"""Whatever the bytes, decoding gives a message or a MessageError."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.encoding import JSON, MSGPACK, ContentType, decode, encode
from protocols.errors import MessageError
from protocols.limits import MAX_MESSAGE_BYTES
from protocols.messages import Message, kind_of
from tests.protocols.sample_messages import label_of, one_of_each, reading_of
from tests.strategies import messages

content_types = st.sampled_from([MSGPACK, JSON])


def decodes_or_is_refused(body: bytes, content_type: str | None) -> bool:
    try:
        decode(body, content_type)
    except MessageError:
        return True
    return True


@given(message=messages, content_type=content_types)
def test_message_comes_back_as_it_was(
    message: Message, content_type: ContentType
) -> None:
    assert decode(encode(message, content_type), content_type) == message


@given(body=st.binary(max_size=400), content_type=content_types)
def test_arbitrary_bytes_are_refused(body: bytes, content_type: ContentType) -> None:
    assert decodes_or_is_refused(body, content_type)


@given(
    message=st.sampled_from(one_of_each()),
    content_type=content_types,
    at=st.integers(0, 10_000),
    byte=st.integers(0, 255),
    cut=st.integers(0, 3),
)
def test_damaged_message_decodes_or_is_refused(
    message: Message, content_type: ContentType, at: int, byte: int, cut: int
) -> None:
    body = bytearray(encode(message, content_type))
    body[at % len(body)] = byte

    assert decodes_or_is_refused(bytes(body[: len(body) - cut]), content_type)


@pytest.mark.parametrize("depth", [1_000, 100_000])
@pytest.mark.parametrize(
    ("opening", "content_type"), [(b"\x91", MSGPACK), (b"[", JSON), (b'{"a":', JSON)]
)
def test_deep_nesting_is_refused(
    opening: bytes, content_type: ContentType, depth: int
) -> None:
    with pytest.raises(MessageError):
        decode(opening * (depth // len(opening)), content_type)


def test_body_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(MessageError, match=f"at most {MAX_MESSAGE_BYTES}"):
        decode(b"\x00" * (MAX_MESSAGE_BYTES + 1))


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/xml"])
def test_unknown_content_type_is_refused(content_type: str | None) -> None:
    with pytest.raises(MessageError, match="content type"):
        decode(encode(label_of()), content_type)


def test_field_of_a_newer_sender_is_ignored() -> None:
    body = encode(label_of(), JSON)[:-1] + b',"weather":"rain"}'

    assert decode(body, JSON) == label_of()


@pytest.mark.parametrize("field", ["id", "at", "tenant", "sample", "values", "kind"])
def test_missing_field_is_refused(field: str) -> None:
    raw = msgspec.json.decode(encode(label_of(), JSON))
    del raw[field]

    with pytest.raises(MessageError, match="expected a version 1 message"):
        decode(msgspec.json.encode(raw), JSON)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "A" * 32),
        ("id", "0" * 32 + "\n"),
        ("at", "2026-05-04T09:30:15"),
        ("tenant", "a/b"),
        ("farm", "+"),
        ("device", "scanner-1\n"),
        ("sample", "A12\n"),
        ("sample", ""),
        ("values", []),
        ("kind", "wish"),
    ],
)
def test_field_that_is_not_one_of_ours_is_refused(field: str, value: object) -> None:
    raw = msgspec.json.decode(encode(label_of(), JSON))
    raw[field] = value

    with pytest.raises(MessageError):
        decode(msgspec.json.encode(raw), JSON)


@pytest.mark.parametrize("wrong", ["g/kg", "", "percent"])
def test_value_in_another_unit_is_refused(wrong: str) -> None:
    raw = msgspec.json.decode(encode(label_of(), JSON))
    raw["values"][0]["unit"] = wrong

    with pytest.raises(MessageError):
        decode(msgspec.json.encode(raw), JSON)


@pytest.mark.parametrize(
    "change",
    [
        {"low": 2.0},
        {"high": 1.0},
        {"value": float("nan")},
        {"high": float("inf")},
        {"target": "carbon"},
    ],
)
def test_estimate_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    raw = msgspec.msgpack.decode(encode(reading_of()))
    raw["estimates"][0] |= change

    with pytest.raises(MessageError):
        decode(msgspec.msgpack.encode(raw))


@pytest.mark.parametrize("message", one_of_each(), ids=kind_of)
def test_message_pack_is_smaller_than_json(message: Message) -> None:
    assert len(encode(message)) < len(encode(message, JSON))
