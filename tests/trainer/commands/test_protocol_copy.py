"""The committed AsyncAPI page is what `terroir protocol` prints."""

from pathlib import Path

import protocols
from tests.trainer.commands.terroir_command import terroir

COPY = Path(protocols.__file__).with_name("asyncapi.yaml")


def test_committed_page_is_what_is_printed() -> None:
    assert terroir("protocol").stdout == COPY.read_text(encoding="utf-8")
