"""The document tells of every message, and the committed copy is true."""

import json
from pathlib import Path

import yaml

import protocols
from protocols.asyncapi import MESSAGE_TYPES, asyncapi_document
from protocols.messages import KINDS, UPLINK_KINDS

COPY = Path(protocols.__file__).with_name("asyncapi.yaml")


def test_committed_copy_is_true() -> None:
    committed = yaml.safe_load(COPY.read_text(encoding="utf-8"))

    assert committed == json.loads(json.dumps(asyncapi_document())), (
        "run: terroir protocol > protocols/asyncapi.yaml"
    )


def test_every_kind_has_a_channel_and_an_operation() -> None:
    document = asyncapi_document()

    assert tuple(sorted(document["channels"])) == tuple(sorted(KINDS))
    actions = {
        name.partition("_")[2]: one["action"]
        for name, one in document["operations"].items()
    }
    assert {kind for kind, action in actions.items() if action == "send"} == set(
        UPLINK_KINDS
    )


def test_every_message_is_described_by_its_own_sentence() -> None:
    messages = asyncapi_document()["components"]["messages"]

    for message_type in MESSAGE_TYPES:
        summary = messages[message_type.__name__]["summary"]
        assert summary.endswith(".")
        assert summary in (message_type.__doc__ or "")


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi_document()
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split('"$ref": "#/')[1:]}

    for reference in references:
        found = document
        for step in reference.split("/"):
            found = found[step]
        assert found
