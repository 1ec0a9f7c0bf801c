"""A package with a crop model is whole and what it says, or it is refused."""

import numpy as np
import pytest
from numpy.typing import NDArray

from protocols.errors import PackageError
from protocols.golden_vectors import (
    GraphAnswer,
    golden_from_members,
    largest_difference,
)
from protocols.model_package import build_package, parse_package, read_package
from tests.protocols.golden_files import FOLDER
from tests.protocols.sample_crop_packages import (
    sample_crop_golden,
    sample_crop_manifest,
    sample_crop_members,
    sample_crop_package,
)
from tests.protocols.sample_packages import sample_golden, sample_package


def npy(array: NDArray[np.float64]) -> bytes:
    """Return an array file of any shape, as packages write it."""
    head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {array.shape}, }}"
    header = head.ljust(117).encode() + b"\n"
    size = len(header).to_bytes(2, "little")
    return b"\x93NUMPY\x01\x00" + size + header + array.astype("<f4").tobytes()


def test_every_version_ever_shipped_is_read() -> None:
    found = read_package(FOLDER / "package-crop-v1.2.terroir")

    assert found.digest == (
        "04ca169bdc35957f8753776fabe4339cbb85a632af7a892a267e857d6b6962e9"
    )
    assert [one.name for one in found.crops.classes] == [
        "winter wheat",
        "maize",
        "soybean",
    ]
    golden = golden_from_members(found.members, found.manifest)
    assert len(golden.questions) == 9


def test_package_comes_back_in_its_order() -> None:
    found = parse_package(sample_crop_package())

    names = ["series", "days", "mask", "value", "low", "high", "novelty"]
    assert list(found.members) == [
        "card.md",
        "model.onnx",
        *(f"golden/{name}.npy" for name in names),
    ]
    golden = golden_from_members(found.members, found.manifest)
    expected = sample_crop_golden()
    assert largest_difference(expected.answer, golden.answer, found.manifest) == 0
    assert list(golden.inputs) == ["series", "days", "mask"]
    assert [one.shape for one in golden.questions[1]] == [(1, 4, 2), (1, 4), (1, 4, 2)]


def test_either_kind_of_package_says_what_to_ask_it_with() -> None:
    with pytest.raises(PackageError, match="ask it with `terroir-edge crops`"):
        _ = parse_package(sample_crop_package()).soil
    with pytest.raises(PackageError, match="ask it with `terroir-edge predict`"):
        _ = parse_package(sample_package()).crops


def test_a_difference_counts_in_probability() -> None:
    golden = sample_crop_golden().answer
    off = golden.value + np.float32(0.125)
    found = GraphAnswer(off, golden.low, golden.high, golden.novelty)

    assert largest_difference(golden, found, sample_crop_manifest()) == 0.125


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("mask", np.full((2, 4, 2), 0.5)),
        ("mask", np.ones((2, 4, 1))),
        ("series", np.full((2, 4, 2), np.nan)),
        ("series", np.ones((2, 5, 2))),
        ("days", np.ones((2, 4, 2))),
        ("days", np.full((2, 4), np.inf)),
        ("value", np.ones((2, 3))),
        ("novelty", np.ones(3)),
    ],
)
def test_golden_vectors_that_do_not_fit_are_refused(
    name: str, array: NDArray[np.float64]
) -> None:
    members = sample_crop_members() | {f"golden/{name}.npy": npy(array)}

    with pytest.raises(PackageError, match="expected"):
        golden_from_members(members, sample_crop_manifest())


def test_members_of_the_other_kind_are_refused() -> None:
    spectrum = {"golden/spectrum.npy": sample_golden().to_members().popitem()[1]}

    with pytest.raises(PackageError, match="expected members"):
        build_package(sample_crop_manifest(), sample_crop_members() | spectrum)


@pytest.mark.parametrize("missing", ["golden/days.npy", "card.md", "model.onnx"])
def test_package_that_lacks_a_member_is_refused(missing: str) -> None:
    members = sample_crop_members()
    del members[missing]

    with pytest.raises(PackageError, match="expected the members"):
        parse_package(build_package(sample_crop_manifest(), members))


def test_package_that_is_cut_short_is_refused() -> None:
    whole = sample_crop_package()

    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        with pytest.raises(PackageError):
            parse_package(whole[:length])
