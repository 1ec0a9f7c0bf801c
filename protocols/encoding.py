"""Message bodies: MessagePack or JSON, told apart by the MQTT content type.

Whatever the bytes, decoding gives a message or a MessageError and nothing else.
"""

from typing import Final, Literal

import msgspec

from protocols.errors import MessageError, ProtocolError
from protocols.limits import MAX_MESSAGE_BYTES
from protocols.messages import Message

ContentType = Literal["application/vnd.msgpack", "application/json"]
MSGPACK: Final = "application/vnd.msgpack"
JSON: Final = "application/json"

_MSGPACK_ENCODER = msgspec.msgpack.Encoder()
_JSON_ENCODER = msgspec.json.Encoder()
_MSGPACK_DECODER = msgspec.msgpack.Decoder(Message)
_JSON_DECODER = msgspec.json.Decoder(Message)
_WHAT_DECODERS_RAISE = (
    msgspec.MsgspecError,
    ProtocolError,
    ValueError,
    OverflowError,
    RecursionError,
)


def encode(message: Message, content_type: ContentType = MSGPACK) -> bytes:
    """Return the body of `message`."""
    encoder = _JSON_ENCODER if content_type == JSON else _MSGPACK_ENCODER
    body = encoder.encode(message)
    _check_size(len(body))
    return body


def decode(body: bytes, content_type: str | None = MSGPACK) -> Message:
    """Return the message in `body`, or refuse it."""
    _check_size(len(body))
    if content_type not in (MSGPACK, JSON):
        raise MessageError(
            f"expected content type {MSGPACK} or {JSON}, found {content_type!r}"
        )
    decoder = _JSON_DECODER if content_type == JSON else _MSGPACK_DECODER
    try:
        message: Message = decoder.decode(body)
    except _WHAT_DECODERS_RAISE as error:
        raise MessageError(f"expected a version 1 message: {error}") from error
    return message


def _check_size(size: int) -> None:
    if size > MAX_MESSAGE_BYTES:
        raise MessageError(
            f"expected at most {MAX_MESSAGE_BYTES} bytes, found {size} bytes"
        )
