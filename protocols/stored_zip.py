"""The one kind of zip that packages are: stored members and no freedom at all.

Names, contents, sizes and checksums are all that may differ between two of them. So a
reader makes the headers that must stand there and compares: an extra field, a comment,
a time, a flag, a link, a member twice, a byte before, between or after is refused, and
nothing is ever inflated. Any zip tool can open what is written here.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

from protocols.errors import PackageError
from protocols.limits import MAX_MEMBER_BYTES, MAX_MEMBERS

NAME = re.compile(rb"[a-z0-9][a-z0-9._-]{0,47}(/[a-z0-9][a-z0-9._-]{0,47})?")
LONGEST_NAME = 97

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_MEMBER_FOLLOWS = b"PK\x03\x04"
_UNIX, _VERSION = 3, 20
_PLAIN_FILE = 0o100644 << 16
_EARLIEST_DATE = 1 << 5 | 1
"""The first of January 1980, the first day that a zip can name."""


@dataclass(frozen=True)
class StoredZip:
    """What was read: the sha256 of the whole file, and its members in their order."""

    digest: str
    members: dict[str, bytes]


@dataclass(frozen=True)
class _Head:
    """All that tells one member's headers from another's."""

    name: bytes
    checksum: int
    size: int

    def local(self) -> bytes:
        """Return the header that stands before the member."""
        return _LOCAL.pack(_MEMBER_FOLLOWS, _VERSION, *self._fields(), 0) + self.name

    def central(self, offset: int) -> bytes:
        """Return the member's entry in the directory."""
        fixed = (b"PK\x01\x02", _VERSION, _UNIX, _VERSION, *self._fields())
        return _CENTRAL.pack(*fixed, 0, 0, 0, 0, _PLAIN_FILE, offset) + self.name

    def _fields(self) -> tuple[int, ...]:
        stored, midnight = 0, 0
        sizes = (self.checksum, self.size, self.size, len(self.name))
        return (0, stored, midnight, _EARLIEST_DATE, *sizes)


@dataclass
class _Source:
    """The bytes of a file, taken one after the other and digested on the way."""

    file: BinaryIO
    left: int
    sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def take(self, count: int) -> bytes:
        """Return so many bytes; a file that ends sooner is refused unread."""
        data = self.file.read(count) if count <= self.left else b""
        if len(data) != count:
            raise PackageError(
                f"expected {count} more bytes of a package, found {self.left}; it is "
                "cut short, fetch it again"
            )
        self.left -= count
        self.sha256.update(data)
        return data


def write_stored(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the only zip that holds these members in this order."""
    parts: list[bytes] = []
    heads: list[_Head] = []
    for name, data in members:
        heads.append(_Head(name.encode("ascii"), zlib.crc32(data), len(data)))
        parts += (heads[-1].local(), data)
    return b"".join([*parts, _directory(heads)])


def read_stored(file: BinaryIO, size: int) -> StoredZip:
    """Read a file of `size` bytes, which must be what `write_stored` makes."""
    source = _Source(file, size)
    heads: list[_Head] = []
    members: dict[str, bytes] = {}
    while (signature := source.take(len(_MEMBER_FOLLOWS))) == _MEMBER_FOLLOWS:
        head = _take_head(source)
        name = head.name.decode("ascii")
        if name in members or len(heads) == MAX_MEMBERS:
            raise PackageError(
                f"expected at most {MAX_MEMBERS} members, each once, found {name} as "
                f"number {len(heads) + 1}"
            )
        members[name] = source.take(head.size)
        if zlib.crc32(members[name]) != head.checksum:
            raise PackageError(f"expected {name} to match its checksum, found another")
        heads.append(head)
    _check_end(source, signature, _directory(heads))
    return StoredZip(source.sha256.hexdigest(), members)


def _check_end(source: _Source, begun: bytes, directory: bytes) -> None:
    """Refuse anything but the one directory that these members have."""
    if begun != directory[: len(begun)]:
        raise PackageError(f"expected a model package, found {begun!r} in its place")
    if begun + source.take(len(directory) - len(begun)) != directory:
        raise PackageError("expected the directory of these members, found another")
    if source.left:
        raise PackageError(
            f"expected the package to end, found {source.left} more bytes"
        )


def _take_head(source: _Source) -> _Head:
    fixed = source.take(_LOCAL.size - 4)
    *_, checksum, size, _, length, _ = _LOCAL.unpack(_MEMBER_FOLLOWS + fixed)
    if length > LONGEST_NAME:
        raise PackageError(
            f"expected a member's name of {LONGEST_NAME} letters, found {length}"
        )
    head = _Head(source.take(length), checksum, size)
    if not NAME.fullmatch(head.name):
        raise PackageError(f"expected a plain name of a member, found {head.name!r}")
    name = head.name.decode("ascii")
    if head.local() != _MEMBER_FOLLOWS + fixed + head.name:
        raise PackageError(
            f"expected {name} as a plain stored file, without date, flags or extras, "
            "found another kind of entry"
        )
    if size > MAX_MEMBER_BYTES:
        raise PackageError(
            f"expected {name} of at most {MAX_MEMBER_BYTES} bytes, found {size}"
        )
    return head


def _directory(heads: list[_Head]) -> bytes:
    """Return what follows the last member."""
    offset, entries = 0, b""
    for head in heads:
        entries += head.central(offset)
        offset += _LOCAL.size + len(head.name) + head.size
    count = len(heads)
    return entries + _END.pack(
        b"PK\x05\x06", 0, 0, count, count, len(entries), offset, 0
    )
