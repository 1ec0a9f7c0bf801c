"""A topic is built and read in one place, and is one of ours or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import IdentifierError
from protocols.messages import KINDS, Message, kind_of
from protocols.topics import (
    Topic,
    every_device,
    parse_topic,
    shared_by,
    topic_of,
)
from tests.protocols.sample_messages import label_of
from tests.strategies import addresses, messages


@given(address=addresses, kind=st.sampled_from(KINDS))
def test_topic_comes_back(address: object, kind: str) -> None:
    text = f"terroir/v1/{address}/{kind}"

    assert str(parse_topic(text)) == text


@given(message=messages)
def test_message_travels_on_its_own_topic(message: Message) -> None:
    assert topic_of(message) == Topic(message.address, kind_of(message))


@given(text=st.text(max_size=60))
def test_any_text_is_a_topic_or_refused(text: str) -> None:
    for topic in (text, f"terroir/v1/{text}"):
        try:
            found = parse_topic(topic)
        except IdentifierError:
            continue
        assert str(found) == topic


@pytest.mark.parametrize(
    "text",
    [
        "",
        "terroir/v1",
        "terroir/v2/acme/home-farm/scanner-1/label",
        "terroir/v1/acme/home-farm/label",
        "terroir/v1/acme/home-farm/scanner-1/wish",
        "terroir/v1/acme/home-farm/scanner-1/label/x",
        "terroir/v1/acme/+/scanner-1/label",
        "/terroir/v1/acme/home-farm/scanner-1/label",
        "$share/ingest/terroir/v1/acme/home-farm/scanner-1/label",
    ],
)
def test_topic_of_others_is_refused(text: str) -> None:
    with pytest.raises(IdentifierError, match="expected"):
        parse_topic(text)


def test_filters_are_what_ingests_share() -> None:
    assert str(topic_of(label_of())) == "terroir/v1/acme/home-farm/scanner-1/label"
    found = shared_by("ingest", every_device("label"))
    assert found == "$share/ingest/terroir/v1/+/+/+/label"
