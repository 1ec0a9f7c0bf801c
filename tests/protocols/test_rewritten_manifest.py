"""A newer minor version's manifest is kept as written; a rewritten one is refused."""

import io
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import PackageError
from protocols.model_package import digest_of, parse_package
from protocols.stored_zip import read_stored, write_stored
from tests.protocols.sample_packages import sample_package

PACKAGE = sample_package()


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
