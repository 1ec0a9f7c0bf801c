"""The AsyncAPI document of the wire, generated from the message types themselves.

`terroir protocol` prints it; the copy beside this file is kept true by a test.
"""

from typing import Any

import msgspec

from protocols.encoding import JSON, MSGPACK
from protocols.identifiers import NAME_PATTERN
from protocols.limits import MAX_MESSAGE_BYTES
from protocols.messages import (
    UPLINK_KINDS,
    DeviceBirth,
    DeviceDeath,
    LabelledSample,
    Message,
    Reading,
    Receipt,
    ScanSample,
    UpdateOrder,
    UpdateReport,
)
from protocols.topics import PREFIX

MESSAGE_TYPES: tuple[type[Message], ...] = (
    DeviceBirth,
    DeviceDeath,
    ScanSample,
    Reading,
    LabelledSample,
    UpdateReport,
    Receipt,
    UpdateOrder,
)

Document = dict[str, Any]


def asyncapi_document() -> Document:
    """Return the whole document, ready to be written as YAML or JSON."""
    _, schemas = msgspec.json.schema_components(
        MESSAGE_TYPES, ref_template="#/components/schemas/{name}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Terroir, between device and cloud",
            "version": "1",
            "description": (
                "MQTT 5 over mutual TLS, QoS 1. A device's certificate names "
                "tenant/farm/device, which is also its client id and the only part of "
                f"the tree it may use. Bodies are at most {MAX_MESSAGE_BYTES} bytes of "
                f"{MSGPACK} or {JSON}, told by the content type; the correlation data "
                "carry the record's id. A record may leave the device only when a "
                "receipt names it."
            ),
        },
        "defaultContentType": MSGPACK,
        "channels": {_kind(one): _channel(one) for one in MESSAGE_TYPES},
        "operations": {
            f"{_verb(one)}_{_kind(one)}": _operation(one) for one in MESSAGE_TYPES
        },
        "components": {
            "messages": {one.__name__: _message(one) for one in MESSAGE_TYPES},
            "schemas": schemas,
        },
    }


def _kind(message_type: type[Message]) -> str:
    return str(message_type.__struct_config__.tag)


def _verb(message_type: type[Message]) -> str:
    return "send" if _kind(message_type) in UPLINK_KINDS else "receive"


def _channel(message_type: type[Message]) -> Document:
    parameter = {"description": f"matches {NAME_PATTERN}"}
    return {
        "address": f"{PREFIX}/{{tenant}}/{{farm}}/{{device}}/{_kind(message_type)}",
        "parameters": dict.fromkeys(("tenant", "farm", "device"), parameter),
        "messages": {
            message_type.__name__: {
                "$ref": f"#/components/messages/{message_type.__name__}"
            }
        },
    }


def _operation(message_type: type[Message]) -> Document:
    """Describe an operation as the device sees it."""
    return {
        "action": _verb(message_type),
        "channel": {"$ref": f"#/channels/{_kind(message_type)}"},
        "summary": _summary(message_type),
    }


def _message(message_type: type[Message]) -> Document:
    return {
        "summary": _summary(message_type),
        "payload": {"$ref": f"#/components/schemas/{message_type.__name__}"},
    }


def _summary(message_type: type[Message]) -> str:
    return (message_type.__doc__ or "").partition("\n")[0]
