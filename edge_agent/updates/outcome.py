"""What became of one look for a better model, as the updater child prints it."""

from typing import Literal

import msgspec

from protocols.identifiers import Digest

Outcome = Literal["activated", "current", "refused", "unreachable"]


class UpdateResult(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome, the model that runs now and the one that was offered."""

    outcome: Outcome
    running: Digest | None = None
    offered: Digest | None = None
    detail: str = ""
