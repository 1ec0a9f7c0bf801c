"""A stored zip is exactly what is written here, or it is refused before it is used."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import PackageError
from protocols.limits import MAX_MEMBER_BYTES, MAX_MEMBERS
from protocols.stored_zip import NAME, read_stored, write_stored

MEMBERS = {"a.json": b"{}", "golden/b.npy": bytes(range(40)), "empty": b""}
WRITTEN = write_stored(MEMBERS.items())
HEAD, ENTRY, END = 30, 46, 22
AFTER_FIRST = HEAD + len("a.json") + len(MEMBERS["a.json"])
DIRECTORY = WRITTEN.index(b"PK\x01\x02")

names = st.from_regex(NAME, fullmatch=True).map(bytes.decode)


def read(data: bytes) -> dict[str, bytes]:
    return read_stored(io.BytesIO(data), len(data)).members


def by_zipfile(members: dict[str, bytes], comment: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.comment = comment
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, data)
    return file.getvalue()


def patched(at: int, form: str, value: int) -> bytes:
    data = bytearray(WRITTEN)
    struct.pack_into(form, data, at, value)
    return bytes(data)


@given(members=st.dictionaries(names, st.binary(max_size=200), max_size=8))
def test_written_as_zipfile_writes_and_read_as_it_reads(
    members: dict[str, bytes],
) -> None:
    written = write_stored(members.items())

    assert written == by_zipfile(members)
    assert read(written) == members
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {one: archive.read(one) for one in archive.namelist()} == members


def test_cut_short_anywhere_it_is_refused() -> None:
    for length in range(len(WRITTEN)):
        with pytest.raises(PackageError, match="expected"):
            read(WRITTEN[:length])


def test_changed_anywhere_it_is_refused() -> None:
    for at in range(len(WRITTEN)):
        with pytest.raises(PackageError, match="expected"):
            read(patched(at, "B", WRITTEN[at] ^ 0x41))


@given(data=st.binary(max_size=300))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(PackageError, match="expected"):
        read(data)


@given(
    data=st.binary(max_size=60), at=st.integers(0, len(WRITTEN)), gone=st.integers(0, 9)
)
def test_with_anything_put_in_it_is_refused(data: bytes, at: int, gone: int) -> None:
    spoiled = WRITTEN[:at] + data + WRITTEN[at + gone :]

    try:
        found = read(spoiled)
    except PackageError:
        return
    assert spoiled == write_stored(found.items())


def with_a_descriptor() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo("a.json")
        entry.flag_bits = 8
        archive.writestr(entry, b"{}")
    return file.getvalue()


def with_sixty_four_bit_sizes() -> bytes:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w") as archive,
        archive.open(zipfile.ZipInfo("a.json"), "w", force_zip64=True) as member,
    ):
        member.write(b"{}")
    return file.getvalue()


def compressed() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.json"), bytes(100))
    return file.getvalue()


def a_link() -> bytes:
    return patched(DIRECTORY + 38, "<L", 0o120777 << 16)


def swapped_directory() -> bytes:
    first = ENTRY + len("a.json")
    second = ENTRY + len("golden/b.npy")
    one = WRITTEN[DIRECTORY : DIRECTORY + first]
    other = WRITTEN[DIRECTORY + first : DIRECTORY + first + second]
    rest = WRITTEN[DIRECTORY + first + second :]
    return WRITTEN[:DIRECTORY] + other + one + rest


def smaller_than_it_says() -> bytes:
    """Say in both places that a member is as large as two."""
    return patched(18, "<L", 60).replace(
        struct.pack("<LL", 2, 2), struct.pack("<LL", 60, 60)
    )


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda: b"x" + WRITTEN,
        lambda: WRITTEN + b"x",
        lambda: WRITTEN + WRITTEN,
        lambda: by_zipfile(MEMBERS, b"a comment"),
        lambda: WRITTEN[:AFTER_FIRST] + b"hidden" + WRITTEN[AFTER_FIRST:],
        lambda: WRITTEN[:DIRECTORY] + b"hidden" + WRITTEN[DIRECTORY:],
        with_a_descriptor,
        with_sixty_four_bit_sizes,
        compressed,
        a_link,
        swapped_directory,
        smaller_than_it_says,
    ],
)
def test_what_other_zips_may_hold_is_refused(spoiled: Callable[[], bytes]) -> None:
    with pytest.raises(PackageError, match="expected"):
        read(spoiled())


@pytest.mark.parametrize(
    "name",
    [
        "../a.json",
        "/etc/passwd",
        "golden\\b.npy",
        "c:a.json",
        "golden/../../a",
        "golden/",
        "golden/.hidden",
        "a/b/c",
        "A.json",
        "nul\0",
        "x" * 98,
        "",
    ],
)
def test_name_that_is_no_plain_one_is_refused(name: str) -> None:
    with pytest.raises(PackageError, match="name"):
        read(write_stored([(name, b"")]))


def test_member_given_twice_is_refused() -> None:
    with pytest.raises(PackageError, match="each once"):
        read(write_stored([("a", b"1"), ("a", b"1")]))


def test_more_members_than_the_limit_are_refused() -> None:
    many = {f"m{number}": b"" for number in range(MAX_MEMBERS + 1)}

    with pytest.raises(PackageError, match=f"at most {MAX_MEMBERS} members"):
        read(write_stored(many.items()))


def test_huge_directory_is_refused_unread() -> None:
    size = 2**40
    file = io.BytesIO(WRITTEN[DIRECTORY : DIRECTORY + ENTRY] * 100)

    with pytest.raises(PackageError, match="expected a model package"):
        read_stored(file, size)

    assert file.tell() < HEAD


def test_member_that_claims_more_than_the_limit_is_refused_unread() -> None:
    claimed = MAX_MEMBER_BYTES + 1
    head = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, claimed, claimed, 1, 0
    )
    file = io.BytesIO(head + b"a" + bytes(1000))

    with pytest.raises(PackageError, match=f"at most {MAX_MEMBER_BYTES} bytes"):
        read_stored(file, 2**40)

    assert file.tell() == HEAD + 1


def test_checksum_that_does_not_match_is_refused() -> None:
    right = zlib.crc32(MEMBERS["a.json"])
    wrong = WRITTEN.replace(struct.pack("<L", right), struct.pack("<L", right ^ 1))

    with pytest.raises(PackageError, match="checksum"):
        read(wrong)
