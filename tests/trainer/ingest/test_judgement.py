"""A message is what its topic says and from whom its topic says, or it is refused."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.encoding import JSON, MSGPACK, encode
from protocols.identifiers import DeviceAddress
from protocols.messages import EvenAxis, Message, PackedSpectrum, Uplink
from protocols.topics import topic_of
from tests.protocols.sample_messages import (
    id_of,
    label_of,
    one_of_each,
    receipt_of,
    scan_of,
)
from trainer.ingest.judgement import MAX_REASON, Accepted, Arrival, Refused, judge

HOME = DeviceAddress("acme", "home-farm", "scanner-1")
UPLINK = [message for message in one_of_each() if isinstance(message, Uplink)]


def arrival_of(message: Message) -> Arrival:
    body = encode(message)
    return Arrival(str(topic_of(message)), body, MSGPACK, message.id.encode())


@pytest.mark.parametrize("message", UPLINK, ids=lambda one: type(one).__name__)
def test_honest_message_is_accepted(message: Uplink) -> None:
    assert judge(arrival_of(message)) == Accepted(message)


def test_json_and_a_missing_correlation_are_accepted() -> None:
    body = encode(label_of(), JSON)

    found = judge(Arrival(str(topic_of(label_of())), body, JSON))

    assert found == Accepted(label_of())


def test_body_without_a_content_type_is_refused() -> None:
    body = encode(label_of())

    found = judge(Arrival(str(topic_of(label_of())), body))

    assert isinstance(found, Refused)
    assert "content type" in found.reason


@pytest.mark.parametrize(
    "topic",
    [
        "terroir/v1/acme/next-farm/scanner-1/label",
        "terroir/v1/acme/home-farm/scanner-2/label",
        "terroir/v1/acme/home-farm/scanner-1/scan",
    ],
)
def test_message_on_the_topic_of_another_is_refused_to_the_topic(topic: str) -> None:
    body = encode(label_of())

    found = judge(Arrival(topic, body, MSGPACK, label_of().id.encode()))

    assert isinstance(found, Refused)
    assert found.record == label_of().id
    assert str(found.address) in topic


def test_body_that_names_another_record_than_its_correlation_is_refused() -> None:
    body = encode(label_of())
    topic = str(topic_of(label_of()))

    found = judge(Arrival(topic, body, MSGPACK, id_of(99).encode()))

    assert isinstance(found, Refused)
    assert found.record == id_of(99)


def test_downlink_is_never_taken_from_a_device() -> None:
    assert isinstance(judge(arrival_of(receipt_of())), Refused)


def test_label_in_a_wrong_unit_is_refused() -> None:
    body = encode(label_of(), JSON).replace(b'"%"', b'"g/kg"')

    found = judge(Arrival(str(topic_of(label_of())), body, JSON))

    assert isinstance(found, Refused)
    assert "expected oc_usda.c729_w.pct in %, found 'g/kg'" in found.reason


def test_scan_whose_values_do_not_add_up_is_refused() -> None:
    axis = EvenAxis(first_nm=400, step_nm=10, bands=9)
    short = PackedSpectrum(axis=axis, encoding="float32", data=b"1234")
    scan = msgspec.structs.replace(scan_of(), spectrum=short)

    assert isinstance(judge(arrival_of(scan)), Refused)


def test_time_at_the_end_of_the_calendar_is_refused() -> None:
    body = encode(label_of(), JSON).replace(
        b"2026-05-04T09:30:15.250000Z", b"0001-01-01T00:00:00+14:00"
    )

    found = judge(Arrival(str(topic_of(label_of())), body, JSON))

    assert isinstance(found, Refused)
    assert "expected a time in UTC" in found.reason


def test_unknown_topic_is_refused_to_nobody() -> None:
    found = judge(Arrival("terroir/v1/x", b"", MSGPACK))

    assert isinstance(found, Refused)
    assert (found.record, found.address) == (None, None)


@given(
    topic=st.one_of(st.text(max_size=40), st.just(str(topic_of(label_of())))),
    body=st.binary(max_size=200),
    content_type=st.sampled_from([MSGPACK, JSON, None, "text/plain"]),
    correlation=st.none() | st.binary(max_size=40),
)
def test_whatever_arrives_is_judged(
    topic: str, body: bytes, content_type: str | None, correlation: bytes | None
) -> None:
    found = judge(Arrival(topic, body, content_type, correlation))

    assert isinstance(found, Accepted) or len(found.reason) <= MAX_REASON
