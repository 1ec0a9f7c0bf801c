"""How a source shall be read, where that is for the user to say."""

import hashlib
import re
from pathlib import Path

import msgspec

from trainer.library.recognition.laboratory_column import OrganicMatter
from trainer.library.sources.column_map import ColumnMap
from trainer.library.sources.spectral_columns import Scan


class ReadingOrder(msgspec.Struct, frozen=True):
    """How a source shall be read, where that is for the user to say.

    Attributes:
        name: What its soils' ids begin with; the file's own name if left out.
        licence: Under which terms its soils may be used.
        column_map: What is stated of its columns.
        scan: Which spectra, where there are two kinds.
        organic_matter: Whether to turn it into carbon.
    """

    name: str | None = None
    licence: str | None = None
    column_map: ColumnMap = ColumnMap()
    scan: Scan | None = None
    organic_matter: OrganicMatter = "leave-out"


def source_name(path: Path) -> str:
    """Return a short name from a file's or folder's own."""
    stem = path.name.split(".")[0] or path.name
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "source"


def reading_digest(content: str, order: ReadingOrder) -> str:
    """Return the digest of a source together with how it is read."""
    return hashlib.sha256(content.encode() + msgspec.json.encode(order)).hexdigest()
