"""A package is whole and exactly what its manifest lists, or it is refused."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import model_package, stored_zip
from protocols.errors import PackageError
from protocols.golden_vectors import (
    GraphAnswer,
    golden_from_members,
    largest_difference,
)
from protocols.limits import MAX_GOLDEN_SCANS
from protocols.model_package import (
    build_package,
    digest_of,
    parse_package,
    read_package,
)
from protocols.stored_zip import read_stored, write_stored
from tests.protocols.golden_files import FOLDER
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


def rewritten(
    change: Callable[[bytes], bytes], added: dict[str, bytes] | None = None
) -> bytes:
    """Return the package with another manifest, and more members at its end."""
    members = dict(read_stored(io.BytesIO(PACKAGE), len(PACKAGE)).members)
    members["manifest.json"] = change(members["manifest.json"])
    return write_stored([*members.items(), *(added or {}).items()])


def newer(**fields: object) -> Callable[[bytes], bytes]:
    """Return how a manifest is changed into one of a newer minor version."""

    def change(written: bytes) -> bytes:
        raw = msgspec.json.decode(written) | {"format": "1.99"} | fields
        return msgspec.json.format(msgspec.json.encode(raw), indent=1)

    return change


def listed(name: str, data: bytes) -> list[dict[str, object]]:
    """Return what the package's manifest lists, and one member more."""
    known = parse_package(PACKAGE).manifest.members
    mine = {"name": name, "sha256": digest_of(data), "size": len(data)}
    return [*msgspec.to_builtins(known), mine]


def test_manifest_of_a_newer_minor_version_is_kept_as_it_was_written() -> None:
    package = rewritten(newer(colour={"soil": "brown"}))

    found = parse_package(package)

    assert msgspec.json.decode(found.manifest_json)["colour"] == {"soil": "brown"}
    parts = [("manifest.json", found.manifest_json), *found.members.items()]
    assert write_stored(parts) == package


def test_graph_for_a_runtime_that_is_not_known_yet_leaves_the_others_usable() -> None:
    artefact = {"member": "model.hef", "precision": "int2", "runtimes": ["hailo-rt"]}
    known = msgspec.to_builtins(parse_package(PACKAGE).manifest.artefacts)
    known[0]["runtimes"] = ["onnxruntime", "onnx-lite"]
    change = newer(
        artefacts=[*known, artefact], members=listed("model.hef", b"a chip's own")
    )

    found = parse_package(rewritten(change, {"model.hef": b"a chip's own"}))

    assert found.members["model.hef"] == b"a chip's own"
    assert "onnxruntime" in found.manifest.artefacts[0].runtimes


def test_member_that_this_version_does_not_have_is_refused() -> None:
    change = newer(format="1.0", members=listed("notes.md", b"#"))

    with pytest.raises(PackageError, match="order"):
        parse_package(rewritten(change, {"notes.md": b"#"}))


def test_member_that_a_newer_version_does_not_list_is_refused() -> None:
    with pytest.raises(PackageError, match="expected the members"):
        parse_package(rewritten(newer(), {"notes.md": b"#"}))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'"farm": "home-farm"', b'"farm":"home-farm"'),
        lambda text: text.replace(b"{", b'{\n "farm": "other",', 1),
        lambda text: text.replace(b"{", b'{\n "note": {"a": 1, "a": 2},', 1),
        lambda text: text + b"\n",
        lambda text: b"\xef\xbb\xbf" + text,
    ],
    ids=["spaces", "a field twice", "a field twice inside", "a line more", "a mark"],
)
def test_manifest_that_could_be_written_otherwise_is_refused(
    change: Callable[[bytes], bytes],
) -> None:
    with pytest.raises(PackageError, match="manifest"):
        parse_package(rewritten(change))


@given(
    text=st.binary(max_size=40) | st.text('{}[]":,0123456789eE.-\n ').map(str.encode)
)
def test_whatever_a_newer_version_adds_is_kept_or_refused(text: bytes) -> None:
    def change(written: bytes) -> bytes:
        return newer()(written).replace(b"{\n", b'{\n "note": ' + text + b",\n", 1)

    try:
        found = parse_package(rewritten(change))
    except PackageError:
        return
    assert text.strip() in found.manifest_json


@pytest.mark.parametrize("depth", [900, 950, 990, 995, 1000, 100_000])
def test_manifest_that_is_nested_without_end_is_refused(depth: int) -> None:
    def change(written: bytes) -> bytes:
        deep = b"[" * depth + b"]" * depth
        return newer()(written).replace(b"{\n", b'{\n "note": ' + deep + b",\n", 1)

    with pytest.raises(PackageError):
        parse_package(rewritten(change))


def test_size_that_the_manifest_lists_wrongly_is_refused() -> None:
    def change(written: bytes) -> bytes:
        return written.replace(b'"size": 9', b'"size": 8', 1)

    with pytest.raises(PackageError, match="as the manifest lists it"):
        parse_package(rewritten(change))


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


def test_golden_vectors_come_back() -> None:
    found = golden_from_members(sample_members(), sample_manifest())

    np.testing.assert_array_equal(found.spectrum, sample_golden().spectrum)
    assert (
        largest_difference(sample_golden().answer, found.answer, sample_manifest()) == 0
    )


def npy(shape: str, values: bytes = b"", kind: str = "<f4") -> bytes:
    """Return an array file that says this shape, whatever it holds."""
    said = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    header = said.ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + values


TWO = np.array([1.0, 2.0], dtype="<f4").tobytes()


def test_golden_file_that_is_made_by_hand_is_read() -> None:
    members = sample_members() | {"golden/value.npy": npy("(2, 1)", TWO)}

    answer = golden_from_members(members, sample_manifest()).answer

    assert answer.value.tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"no array",
        sample_golden().to_members()["golden/novelty.npy"],
        npy(f"({2**60}, 1)"),
        npy(f"(2, {2**60})", TWO),
        npy("(2, 1)", TWO + b"more"),
        npy("(2, 1)", TWO[:-1]),
        npy("(2, 1)", TWO, "|O"),
        npy("(2, 1)", TWO * 2, "<f8"),
        npy("(2, 1)", TWO[:4] + np.array([np.nan], "<f4").tobytes()),
        npy("(2, 1)", TWO[:4] + np.array([np.inf], "<f4").tobytes()),
        b"\x93NUMPY\x01\x00\xff\xff{",
    ],
)
@pytest.mark.parametrize("name", ["spectrum", "value"])
def test_golden_vectors_that_do_not_fit_are_refused(name: str, bad: bytes) -> None:
    members = sample_members() | {f"golden/{name}.npy": bad}

    with pytest.raises(PackageError, match="expected"):
        golden_from_members(members, sample_manifest())


def test_more_golden_scans_than_a_device_should_run_are_refused() -> None:
    many = MAX_GOLDEN_SCANS + 1
    members = sample_members() | {
        "golden/spectrum.npy": npy(f"({many}, 4)", bytes(16 * many))
    }

    with pytest.raises(PackageError, match=f"1 to {MAX_GOLDEN_SCANS} golden scans"):
        golden_from_members(members, sample_manifest())


@given(data=st.binary(max_size=200))
def test_arbitrary_golden_files_are_refused(data: bytes) -> None:
    members = sample_members() | {"golden/spectrum.npy": data}

    with pytest.raises(PackageError):
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
