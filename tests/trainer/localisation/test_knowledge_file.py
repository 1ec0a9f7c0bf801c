"""Knowledge that was handed on localises as knowledge that was just learned."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import (
    CARBON,
    CLAY,
    made_farm,
    made_library,
)
from trainer.errors import CalibrationError, LibraryError
from trainer.localisation.farm_model import as_module, localise
from trainer.localisation.knowledge.interval_trial import IntervalTrial
from trainer.localisation.knowledge.knowledge_file import load_knowledge, save_knowledge
from trainer.localisation.knowledge.library_knowledge import learn_library

LIBRARY = made_library(soils=20, targets=(CARBON, CLAY))
LEARNED = learn_library(LIBRARY, keeps_samples=False)
Change = Callable[[dict[str, np.ndarray]], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_knowledge(LEARNED, tmp_path / "made.knowledge")
    return tmp_path / "made.knowledge"


def changed(path: Path, change: Change) -> Path:
    """Return the file with some of its arrays changed."""
    with np.load(path) as archive:
        arrays = dict(archive)
    change(arrays)
    np.savez(path.with_suffix(".npz"), **arrays)
    return path.with_suffix(".npz")


def with_record(key: str, value: object) -> Change:
    """Return the change of one field of the record."""

    def change(arrays: dict[str, np.ndarray]) -> None:
        record = json.loads(arrays["record"].tobytes())
        record[key] = value
        told = json.dumps(record).encode()
        arrays["record"] = np.frombuffer(told, np.uint8)

    return change


@pytest.mark.parametrize("labels", [0, 2, 7, 12])
def test_loaded_knowledge_localises_to_exactly_the_same_model(
    path: Path, labels: int
) -> None:
    farm = made_farm(labels, targets=2)

    learned = localise(LEARNED, farm)
    loaded = localise(load_knowledge(path), farm)

    states = [as_module(one).state_dict() for one in (learned, loaded)]
    assert states[0].keys() == states[1].keys()
    assert all(states[0][name].equal(states[1][name]) for name in states[0])
    assert str(learned.decisions) == str(loaded.decisions)
    assert str(learned.fits[0].figures) == str(loaded.fits[0].figures)


def test_how_intervals_held_comes_back_and_may_be_missing(path: Path) -> None:
    trial = IntervalTrial(
        farm="farm-1", target=CLAY, labels=15, soils=24, coverage=0.9, width=2.5
    )

    save_knowledge(replace(LEARNED, trials=(trial,)), path.with_name("tried"))

    assert load_knowledge(path.with_name("tried")).trials == (trial,)
    assert load_knowledge(path).measured == ()


def test_everything_that_packages_tell_comes_back(path: Path) -> None:
    loaded = load_knowledge(path)

    for name in ("name", "licence", "digest", "remarks", "grid", "targets"):
        assert getattr(loaded, name) == getattr(LEARNED, name)
    assert (loaded.soils, loaded.farms) == (80, LEARNED.farms)
    np.testing.assert_array_equal(loaded.scans, LEARNED.scans)
    assert loaded.scans.dtype == np.float32
    assert not loaded.carries_samples


def test_the_same_knowledge_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    save_knowledge(load_knowledge(path), tmp_path / "again")

    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_no_soil_of_the_library_is_in_the_file(path: Path) -> None:
    with np.load(path) as archive:
        arrays = [one for one in dict(archive).values() if one.ndim == 2]

    rows = {row.astype(np.float32).tobytes() for one in arrays for row in one}
    assert rows.isdisjoint(scan.tobytes() for scan in LIBRARY.spectra)


def test_a_farm_that_was_learned_from_cannot_be_taken_out_afterwards(
    path: Path,
) -> None:
    loaded = load_knowledge(path)

    assert loaded.without_farm("home-farm") is loaded
    with pytest.raises(CalibrationError, match="pretrain on the library without"):
        loaded.without_farm("farm-1")


def test_knowledge_that_carries_soils_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="keeps_samples=False"):
        save_knowledge(learn_library(made_library(soils=20)), tmp_path / "it")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_is_cut_short_is_refused(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])

    with pytest.raises(LibraryError, match="copy it again"):
        load_knowledge(path)


def test_a_flipped_bit_is_refused(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    with pytest.raises(LibraryError, match="cannot be read"):
        load_knowledge(path)


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="found no file"):
        load_knowledge(tmp_path / "none")


def test_objects_that_would_run_code_are_refused(path: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([print], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("pickled.npy", buffer.getvalue())

    with pytest.raises(LibraryError, match="allow_pickle=False"):
        load_knowledge(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (with_record("version", [1, 0]), "found version 1"),
        (with_record("treatments", ["absorbance"]), "found absorbance"),
        (with_record("figures_n", [80]), "figures of 2 targets"),
        (with_record("grid", None), "record of a library's knowledge"),
        (with_record("sites", ["farm-0"]), "expected 1 sites"),
        (lambda arrays: arrays.pop("record"), "record of a library's knowledge"),
        (lambda arrays: arrays.pop("target-1/map-3"), "target-1/map-3"),
        (
            lambda arrays: arrays.update({"domain/inside": np.eye(5)}),
            "expected 94 bands of the domain",
        ),
        (
            lambda arrays: arrays.update({"scans": np.ones((3, 102))}),
            "expected scans of float32",
        ),
        (
            lambda arrays: arrays["distances/reaches"].fill(np.nan),
            "expected finite numbers",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(
    path: Path, change: Change, told: str
) -> None:
    with pytest.raises(LibraryError, match=told):
        load_knowledge(changed(path, change))


def test_a_later_minor_version_may_bring_more(path: Path) -> None:
    more = changed(path, with_record("version", [2, 7]))

    assert load_knowledge(more).name == LEARNED.name
