"""A package is whole and exactly what its manifest lists, or it is refused."""

import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import model_package, stored_zip
from protocols.errors import PackageError
from protocols.golden_vectors import golden_from_members
from protocols.model_package import (
    build_package,
    digest_of,
    parse_package,
    read_package,
)
from tests.protocols.golden_files import FOLDER
from tests.protocols.sample_packages import (
    entries_of,
    sample_manifest,
    sample_members,
    sample_package,
    zipped,
)

Entries = list[tuple[zipfile.ZipInfo, bytes]]
PACKAGE = sample_package()


def reordered(entries: Entries) -> Entries:
    return [entries[0], entries[2], entries[1], *entries[3:]]


def with_a_stranger(entries: Entries) -> Entries:
    return [*entries, (zipfile.ZipInfo("extra.txt"), b"")]


def with_a_way_out(entries: Entries) -> Entries:
    entries[1][0].filename = "../card.md"
    return entries


def twice(entries: Entries) -> Entries:
    return [*entries[:2], *entries[1:]]


def compressed(entries: Entries) -> Entries:
    entries[2][0].compress_type = zipfile.ZIP_DEFLATED
    return entries


def as_a_link(entries: Entries) -> Entries:
    entries[2][0].external_attr = 0o120777 << 16
    return entries


def without_a_model(entries: Entries) -> Entries:
    return [one for one in entries if one[0].filename != "model.onnx"]


def without_golden_answers(entries: Entries) -> Entries:
    return [one for one in entries if one[0].filename != "golden/value.npy"]


def without_a_manifest(entries: Entries) -> Entries:
    return entries[1:]


def with_another_model(entries: Entries) -> Entries:
    return [
        (entry, data[::-1] if entry.filename == "model.onnx" else data)
        for entry, data in entries
    ]


def with_a_larger_model(entries: Entries) -> Entries:
    return [
        (entry, data * 2 if entry.filename == "model.onnx" else data)
        for entry, data in entries
    ]


SPOILERS = (
    reordered,
    with_a_stranger,
    with_a_way_out,
    compressed,
    as_a_link,
    without_a_model,
    without_golden_answers,
    without_a_manifest,
    with_another_model,
    with_a_larger_model,
)


def test_package_comes_back() -> None:
    found = parse_package(PACKAGE)

    assert found.digest == digest_of(PACKAGE)
    assert found.members == sample_members()
    assert found.manifest.farm == "home-farm"
    assert {one.name for one in found.manifest.members} == set(sample_members())


def test_same_model_gives_the_same_bytes() -> None:
    assert sample_package() == PACKAGE
    assert sample_package(card=b"# Another\n") != PACKAGE


def test_taken_apart_and_put_together_it_is_still_whole() -> None:
    assert parse_package(zipped(entries_of(PACKAGE))).members == sample_members()


@pytest.mark.parametrize("spoil", SPOILERS)
def test_spoiled_package_is_refused(spoil: Callable[[Entries], Entries]) -> None:
    spoiled = zipped(spoil(entries_of(PACKAGE)))

    with pytest.raises(PackageError):
        parse_package(spoiled)


def test_member_given_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        spoiled = zipped(twice(entries_of(PACKAGE)))

    with pytest.raises(PackageError):
        parse_package(spoiled)


@given(length=st.integers(0, len(PACKAGE) - 1))
def test_truncated_package_is_refused(length: int) -> None:
    with pytest.raises(PackageError):
        parse_package(PACKAGE[:length])


@given(at=st.integers(0, len(PACKAGE) - 1), flip=st.integers(1, 255))
def test_damaged_package_is_refused(at: int, flip: int) -> None:
    damaged = bytearray(PACKAGE)
    damaged[at] ^= flip

    with pytest.raises(PackageError):
        parse_package(bytes(damaged))


@given(data=st.binary(max_size=300))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(PackageError):
        parse_package(data)


def test_package_that_lacks_its_golden_vectors_is_refused() -> None:
    members = {
        name: data for name, data in sample_members().items() if "golden" not in name
    }

    with pytest.raises(PackageError, match=r"golden/high.npy"):
        parse_package(build_package(sample_manifest(), members))


def test_member_of_another_name_is_not_packed() -> None:
    with pytest.raises(PackageError, match=r"weights\.bin"):
        build_package(sample_manifest(), {"weights.bin": b""})


@pytest.mark.parametrize("version", ["v1", "v1.1"])
def test_packages_ever_shipped_are_read_for_good(version: str) -> None:
    path = FOLDER / f"package-{version}.terroir"

    found = read_package(path)

    assert found.digest == digest_of(path.read_bytes())
    assert len(golden_from_members(found.members, found.manifest).spectrum) > 1


def test_package_above_the_limit_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.terroir"
    path.write_bytes(PACKAGE)
    assert read_package(path).digest == digest_of(PACKAGE)
    monkeypatch.setattr(model_package, "MAX_PACKAGE_BYTES", len(PACKAGE) - 1)

    with pytest.raises(PackageError, match="at most"):
        read_package(path)


def test_reading_takes_hardly_more_memory_than_the_package(tmp_path: Path) -> None:
    path = tmp_path / "model.terroir"
    graph = bytes(range(256)) * 40_000
    members = sample_members() | {"model.onnx": graph}
    path.write_bytes(build_package(sample_manifest(), members))

    tracemalloc.start()
    found = read_package(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.members["model.onnx"] == graph
    assert peak < 1.1 * path.stat().st_size


def test_member_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_zip, "MAX_MEMBER_BYTES", 10)

    with pytest.raises(PackageError, match="at most 10 bytes"):
        parse_package(PACKAGE)
