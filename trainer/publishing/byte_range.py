"""Which bytes of a file a Range header asks for; a plain rule, no file touched."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{1,18})?-(\d{1,18})?", re.ASCII)


@dataclass(frozen=True)
class ByteRange:
    """The bytes from `first` on, as many as `count`."""

    first: int
    count: int

    def header(self, size: int) -> str:
        """Return the Content-Range of an answer with these bytes."""
        return f"bytes {self.first}-{self.first + self.count - 1}/{size}"


def requested_range(header: str | None, size: int) -> ByteRange | None:
    """Return the bytes to send; None where the file has none of those asked for.

    A header that is absent, or asks for several ranges, gets the whole file, as
    RFC 9110 allows.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == (None, None):
        return ByteRange(0, size)
    first, last = _bounds(match.group(1), match.group(2), size)
    if first >= size or last < first:
        return None
    return ByteRange(first, last - first + 1)


def _bounds(first: str | None, last: str | None, size: int) -> tuple[int, int]:
    if first is None:
        return max(0, size - int(last or 0)), size - 1
    return int(first), min(int(last), size - 1) if last is not None else size - 1
