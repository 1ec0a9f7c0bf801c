"""A package is whole and exactly what its manifest lists, or it is refused."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import model_package
from protocols.errors import PackageError
from protocols.golden_vectors import (
    GraphAnswer,
    golden_from_members,
    largest_difference,
)
from protocols.model_package import (
    build_package,
    digest_of,
    parse_package,
    read_package,
)
from tests.protocols.sample_packages import (
    entries_of,
    sample_golden,
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
        (entry, b"another model" if entry.filename == "model.onnx" else data)
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
def test_damaged_package_is_refused_or_the_same_model(at: int, flip: int) -> None:
    damaged = bytearray(PACKAGE)
    damaged[at] ^= flip

    try:
        found = parse_package(bytes(damaged))
    except PackageError:
        return

    assert found.members == sample_members()


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


def test_package_above_the_limit_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.terroir"
    path.write_bytes(PACKAGE)
    assert read_package(path).digest == digest_of(PACKAGE)
    monkeypatch.setattr(model_package, "MAX_PACKAGE_BYTES", len(PACKAGE) - 1)

    with pytest.raises(PackageError, match="at most"):
        read_package(path)


def test_member_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_package, "MAX_MEMBER_BYTES", 10)

    with pytest.raises(PackageError, match="at most 10 bytes"):
        parse_package(PACKAGE)


def test_golden_vectors_come_back() -> None:
    found = golden_from_members(sample_members(), sample_manifest())

    np.testing.assert_array_equal(found.spectrum, sample_golden().spectrum)
    assert (
        largest_difference(sample_golden().answer, found.answer, sample_manifest()) == 0
    )


@pytest.mark.parametrize(
    "bad",
    [b"", b"no array", sample_golden().to_members()["golden/novelty.npy"]],
    ids=["empty", "foreign", "of another shape"],
)
def test_golden_vectors_that_do_not_fit_are_refused(bad: bytes) -> None:
    members = sample_members() | {"golden/value.npy": bad}

    with pytest.raises(PackageError, match="expected"):
        golden_from_members(members, sample_manifest())


def test_difference_is_counted_in_standard_deviations() -> None:
    golden = sample_golden().answer
    off = GraphAnswer(golden.value + 0.25, golden.low, golden.high, golden.novelty)

    assert largest_difference(golden, off, sample_manifest()) == pytest.approx(0.5)


def test_answer_that_is_no_number_is_infinitely_far_off() -> None:
    golden = sample_golden().answer
    low = np.full_like(golden.low, np.nan)
    off = GraphAnswer(golden.value, low, golden.high, golden.novelty)

    assert largest_difference(golden, off, sample_manifest()) == float("inf")
