"""Every manifest ever shipped still loads; an unknown major version is refused."""

import json
from pathlib import Path

import pytest

from trainer.errors import LibraryError
from trainer.library.storage.library_manifest import (
    MANIFEST_FILE,
    read_manifest,
    write_manifest,
)

GOLDEN = sorted((Path(__file__).parent / "golden").glob("library_manifest_*.json"))


def copied(golden: Path, folder: Path, **changes: object) -> Path:
    manifest = json.loads(golden.read_text(encoding="utf-8")) | changes
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_a_shipped_manifest_still_loads(golden: Path, tmp_path: Path) -> None:
    manifest = read_manifest(copied(golden, tmp_path))

    assert manifest.soils == 40
    assert [target.unit for target in manifest.targets] == ["%"]
    assert manifest.sources[0].is_complete


def test_a_written_manifest_is_read_as_it_was(tmp_path: Path) -> None:
    manifest = read_manifest(copied(GOLDEN[-1], tmp_path))

    write_manifest(tmp_path, manifest)

    assert read_manifest(tmp_path) == manifest


def test_a_newer_minor_version_with_more_fields_loads(tmp_path: Path) -> None:
    copied(GOLDEN[-1], tmp_path, format="1.7", colour="brown")

    assert read_manifest(tmp_path).soils == 40


def test_an_unknown_major_version_is_refused(tmp_path: Path) -> None:
    copied(GOLDEN[-1], tmp_path, format="2.0")

    with pytest.raises(LibraryError, match=r"library format 1 .* found 2\.0"):
        read_manifest(tmp_path)


def test_a_folder_without_a_manifest_is_refused_with_the_next_step(
    tmp_path: Path,
) -> None:
    with pytest.raises(LibraryError, match="terroir library import"):
        read_manifest(tmp_path)
