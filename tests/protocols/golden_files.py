"""The bytes of every message as version 1 wrote them, kept for good.

    python -m tests.protocols.golden_files

writes those that are missing and never touches one that is there: a golden file that
has to change means that devices in the field would no longer be understood.
"""

from pathlib import Path

from protocols.encoding import JSON, MSGPACK, ContentType, encode
from protocols.messages import Message, kind_of
from tests.protocols.sample_messages import one_of_each

FOLDER = Path(__file__).with_name("golden")
SUFFIXES: dict[ContentType, str] = {MSGPACK: "msgpack", JSON: "json"}


def golden_path(message: Message, content_type: ContentType) -> Path:
    """Return where the bytes of a kind of message are kept."""
    return FOLDER / f"{kind_of(message)}-v1.{SUFFIXES[content_type]}"


def write_missing() -> None:
    """Write the golden files of new kinds of messages."""
    FOLDER.mkdir(exist_ok=True)
    for message in one_of_each():
        for content_type in SUFFIXES:
            path = golden_path(message, content_type)
            if not path.exists():
                path.write_bytes(encode(message, content_type))


if __name__ == "__main__":
    write_missing()
