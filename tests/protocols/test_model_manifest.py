"""A manifest of another major version is refused, of a newer minor one is read."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import PackageError
from protocols.limits import MAX_MANIFEST_BYTES
from protocols.manifest_json import decode_manifest, encode_manifest
from protocols.model_manifest import ModelManifest
from tests.protocols.sample_packages import sample_manifest

ARTEFACT = {
    "member": "model.onnx",
    "precision": "float32",
    "runtimes": ["onnxruntime"],
}


def changed(**fields: object) -> bytes:
    raw = msgspec.json.decode(encode_manifest(sample_manifest()))
    return msgspec.json.encode(raw | fields)


def test_manifest_comes_back() -> None:
    assert decode_manifest(encode_manifest(sample_manifest())) == sample_manifest()


def test_newer_minor_version_is_read_without_what_it_added() -> None:
    found = decode_manifest(changed(format="1.9", colour="brown"))

    assert found == msgspec.structs.replace(sample_manifest(), format="1.9")
    assert b"brown" not in encode_manifest(found)


@pytest.mark.parametrize("version", ["2.0", "0.9", "11.0", "1", "one", "1.0\n", ""])
def test_other_major_version_is_refused(version: str) -> None:
    with pytest.raises(PackageError, match="expected"):
        decode_manifest(changed(format=version))


def test_other_major_version_says_to_update() -> None:
    with pytest.raises(PackageError, match="update this software first"):
        decode_manifest(changed(format="2.0", targets="of another shape"))


@pytest.mark.parametrize(
    "fields",
    [
        {"targets": []},
        {"targets": None},
        {"artefacts": []},
        {"grid": {"first": 0, "step": 1, "bands": 10}},
        {"grid": {"first": 400, "step": 1, "bands": 1}},
        {"farm": "../home"},
        {"parent": "abc"},
        {"quantity": "absorbance"},
        {"golden_tolerance": 1.0},
        {"made_at": "yesterday"},
        {"artefacts": [ARTEFACT | {"runtimes": ["hailo-rt"]}]},
        {"artefacts": [ARTEFACT | {"precision": "int2"}]},
        {"artefacts": [ARTEFACT | {"member": "model.hef"}]},
        {"artefacts": [ARTEFACT | {"member": "../model"}], "format": "1.9"},
    ],
)
def test_manifest_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(PackageError, match="expected a model manifest"):
        decode_manifest(changed(**fields))


def test_newer_minor_version_may_name_what_is_not_known_yet() -> None:
    later = ARTEFACT | {"member": "model.hef", "precision": "int2"}

    found = decode_manifest(changed(format="1.9", artefacts=[ARTEFACT, later]))

    assert [one.member for one in found.artefacts] == ["model.onnx", "model.hef"]


def test_two_graphs_in_one_file_are_refused() -> None:
    with pytest.raises(PackageError, match="one artefact a graph"):
        decode_manifest(changed(artefacts=[ARTEFACT, ARTEFACT]))


def test_manifest_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(PackageError, match="at most"):
        decode_manifest(b" " * (MAX_MANIFEST_BYTES + 1))


@given(body=st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(PackageError):
        decode_manifest(body)


@given(at=st.integers(0), byte=st.integers(0, 255))
def test_damaged_manifest_is_read_or_refused(at: int, byte: int) -> None:
    body = bytearray(encode_manifest(sample_manifest()))
    body[at % len(body)] = byte

    try:
        found = decode_manifest(bytes(body))
    except PackageError:
        return

    assert isinstance(found, ModelManifest)
