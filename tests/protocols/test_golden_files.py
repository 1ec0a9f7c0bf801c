"""Messages that were ever shipped can be read for good."""

import pytest

from protocols.encoding import JSON, MSGPACK, ContentType, decode, encode
from protocols.messages import KINDS, Message, kind_of
from tests.protocols.golden_files import golden_path
from tests.protocols.sample_messages import one_of_each

EACH = pytest.mark.parametrize("message", one_of_each(), ids=kind_of)
BOTH = pytest.mark.parametrize("content_type", [MSGPACK, JSON])


def test_there_is_a_sample_of_every_kind() -> None:
    assert tuple(sorted(map(kind_of, one_of_each()))) == tuple(sorted(KINDS))


@EACH
@BOTH
def test_golden_bytes_are_read(message: Message, content_type: ContentType) -> None:
    golden = golden_path(message, content_type).read_bytes()

    assert decode(golden, content_type) == message


@EACH
@BOTH
def test_golden_bytes_are_still_written(
    message: Message, content_type: ContentType
) -> None:
    golden = golden_path(message, content_type).read_bytes()

    assert encode(message, content_type) == golden
