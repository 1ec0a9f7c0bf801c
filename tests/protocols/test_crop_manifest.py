"""A crop model's manifest is known before it is believed; old software refuses it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.crop_manifest import CropManifest
from protocols.errors import PackageError
from protocols.manifest_json import decode_manifest, encode_manifest
from protocols.model_manifest import ModelManifest
from tests.protocols.sample_crop_packages import SEASON, sample_crop_manifest
from tests.protocols.sample_packages import sample_manifest


def changed(**fields: object) -> bytes:
    raw = msgspec.json.decode(encode_manifest(sample_crop_manifest()))
    return msgspec.json.encode(raw | fields)


def test_manifest_comes_back() -> None:
    manifest = sample_crop_manifest()

    assert decode_manifest(encode_manifest(manifest)) == manifest


def test_software_before_crops_misses_what_soil_models_have_and_refuses() -> None:
    """What 1.1 did: it read every manifest of its major version as a soil model."""
    with pytest.raises(msgspec.ValidationError, match="missing required field"):
        msgspec.json.decode(changed(), type=ModelManifest)

    required = {one.name for one in msgspec.structs.fields(ModelManifest)}
    assert {"grid", "targets"} <= required
    assert not {"grid", "targets"} & msgspec.json.decode(changed()).keys()


def test_soil_models_are_written_as_software_before_crops_reads_them() -> None:
    written = msgspec.json.decode(encode_manifest(sample_manifest()))

    assert written["format"] == "1.1"
    assert "kind" not in written


def test_newer_minor_version_is_read_without_what_it_added() -> None:
    found = decode_manifest(changed(format="1.9", colour="green"))

    assert found == msgspec.structs.replace(sample_crop_manifest(), format="1.9")


def test_a_kind_of_model_that_is_not_known_says_to_update() -> None:
    with pytest.raises(PackageError, match="kind soil or crop, found 'weed'; update"):
        decode_manifest(changed(kind="weed"))


@pytest.mark.parametrize(
    "fields",
    [
        {"classes": [{"name": "maize"}]},
        {"classes": [{"name": ""}, {"name": "maize"}]},
        {"classes": [{"name": f"{one}"} for one in range(257)]},
        {"season": None},
        {"season": msgspec.to_builtins(SEASON) | {"steps": 0}},
        {"season": msgspec.to_builtins(SEASON) | {"steps": 513}},
        {"season": msgspec.to_builtins(SEASON) | {"channels": []}},
        {"likely": {"threshold": 1.5, "level": 0.9, "places": 1}},
        {"observations": {"choice": "last"}},
        {"kind": "soil"},
        {"artefacts": []},
        {"farm": "../home"},
    ],
)
def test_manifest_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(PackageError, match="expected a model manifest"):
        decode_manifest(changed(**fields))


def test_classes_or_channels_that_cannot_be_told_apart_are_refused() -> None:
    twice = {"name": "S2-B04", "unit": "1"}
    season = msgspec.to_builtins(SEASON) | {"channels": [twice, twice]}

    with pytest.raises(PackageError, match="each class once"):
        decode_manifest(changed(classes=[{"name": "maize"}, {"name": "maize"}]))
    with pytest.raises(PackageError, match="each channel once"):
        decode_manifest(changed(season=season))


@pytest.mark.parametrize(
    ("day", "threshold"), [(90, 0.125), (105, 0.125), (114, 0.125), (115, 0.5)]
)
def test_the_threshold_of_sets_follows_the_season(day: int, threshold: float) -> None:
    assert sample_crop_manifest().likely.threshold_on(day) == threshold


def test_one_threshold_serves_all_dates_where_no_season_was_judged() -> None:
    likely = msgspec.structs.replace(sample_crop_manifest().likely, by_day=())

    assert likely.threshold_on(300) == 0.25


@given(at=st.integers(0), byte=st.integers(0, 255))
def test_damaged_manifest_is_read_or_refused(at: int, byte: int) -> None:
    body = bytearray(encode_manifest(sample_crop_manifest()))
    body[at % len(body)] = byte

    try:
        found = decode_manifest(bytes(body))
    except PackageError:
        return

    assert isinstance(found, CropManifest)
