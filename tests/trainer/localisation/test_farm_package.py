"""The package: whole, honest about itself, the same bytes for the same inputs."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest

from protocols.golden_vectors import golden_from_members, largest_difference
from protocols.model_package import ModelPackage, digest_of, parse_package, read_package
from tests.trainer.localisation.made_soils import (
    CARBON,
    GRID,
    made_farm,
    made_knowledge,
    made_library,
)
from trainer.errors import CalibrationError
from trainer.export.export_parity import LoadedGraph
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)
from trainer.localisation.package.farm_package import PackageOrder, make_farm_package

ORDER = PackageOrder("acme", "home-farm", None, datetime(2026, 1, 1, tzinfo=UTC))
GOLDEN = Path(__file__).parents[2] / "protocols" / "golden" / "package-v1.terroir"
AGAIN = (
    "from tests.trainer.localisation.test_farm_package import package_bytes;"
    "from protocols.model_package import digest_of; print(digest_of(package_bytes(12)))"
)


@cache
def package_bytes(labels: int) -> bytes:
    return make_farm_package(made_knowledge(soils=20), made_farm(labels), ORDER)


def package(labels: int) -> ModelPackage:
    return parse_package(package_bytes(labels))


def test_the_same_inputs_give_the_same_bytes_in_another_process() -> None:
    again = subprocess.run(
        [sys.executable, "-c", AGAIN], check=True, capture_output=True, text=True
    )

    assert again.stdout.strip() == digest_of(package_bytes(12))


def test_golden_vectors_agree_with_the_graph_in_onnxruntime() -> None:
    found = package(12)
    golden = golden_from_members(found.members, found.manifest)

    answer = LoadedGraph(found.members["model.onnx"]).answer(golden.spectrum)

    assert largest_difference(golden.answer, answer, found.manifest) < 5e-4


def test_golden_scans_cover_the_range_and_hold_one_that_is_no_soil() -> None:
    found = package(12)
    answer = golden_from_members(found.members, found.manifest).answer

    assert (answer.novelty[:-1] < answer.novelty[-1]).all()
    assert answer.novelty[-1] > 1
    assert np.ptp(answer.value[:-1]) > found.soil.targets[0].spread


def test_the_manifest_says_what_was_learned_from_and_how_it_was_measured() -> None:
    manifest = package(12).soil

    assert manifest.grid == GRID
    assert [target.name for target in manifest.targets] == [CARBON]
    assert manifest.local_labels == 12
    library, own = manifest.learned_from
    assert (library.digest, library.licence) == (
        made_library(soils=20).digest,
        "CC0-1.0",
    )
    assert (own.name, own.digest) == ("acme/home-farm", made_farm(12).digest)
    assert "labelled soils" in manifest.metrics[0].split
    assert manifest.interval.soils == 12


def test_a_package_without_labels_says_that_its_interval_is_the_librarys() -> None:
    manifest = package(0).soil

    assert manifest.local_labels == 0
    assert "fewer than 9 labels" in manifest.interval.method
    assert manifest.metrics[0].split == "leave-one-farm-out over the library"
    assert len(manifest.learned_from) == 1


def test_the_card_tells_people_the_same() -> None:
    card = package(12).members["card.md"].decode()

    assert "acme/home-farm" in card
    assert "nested folds over the farm's labelled soils" in card
    assert "CC0-1.0" in card


def test_no_path_of_this_machine_is_in_the_package() -> None:
    assert str(Path(__file__).parents[3]).encode() not in package_bytes(12)
    assert b".py" not in package_bytes(12)


def test_soils_on_another_grid_are_refused() -> None:
    farm = made_farm(12)

    with pytest.raises(CalibrationError, match="102 bands"):
        make_farm_package(
            made_knowledge(soils=20), replace(farm, spectra=farm.spectra[:, 1:]), ORDER
        )


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(CalibrationError, match="zone"):
        replace(ORDER, made_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point


def test_the_first_package_ever_shipped_still_loads_and_answers() -> None:
    found = read_package(GOLDEN)
    golden = golden_from_members(found.members, found.manifest)

    answer = LoadedGraph(found.members["model.onnx"]).answer(golden.spectrum)

    assert largest_difference(golden.answer, answer, found.manifest) < 5e-4


def forbidden_knowledge() -> LibraryKnowledge:
    library = made_library(soils=20)
    return learn_library(replace(library, licence="all rights reserved"))


@pytest.mark.parametrize("labels", [0, 12])
def test_golden_scans_are_never_soils_of_the_library(labels: int) -> None:
    members = parse_package(
        make_farm_package(forbidden_knowledge(), made_farm(labels), ORDER)
    )

    golden = golden_from_members(members.members, members.manifest).spectrum
    scans = {scan.tobytes() for scan in made_library(soils=20).spectra}
    assert scans.isdisjoint(scan.tobytes() for scan in golden)


def test_the_card_says_whose_soils_are_inside() -> None:
    farm, known = made_farm(12), forbidden_knowledge()
    sealed = parse_package(make_farm_package(known, farm, ORDER)).members["card.md"]
    open_ = package(12).members["card.md"]

    assert b"12 soils of the farm itself, and none of the library" in sealed
    assert b"soils of the library made soils, whose licence (CC0-1.0)" in open_


def test_a_farm_of_the_library_is_fitted_without_its_own_soils() -> None:
    library, order = made_library(soils=20), replace(ORDER, farm="farm-2")
    others = learn_library(library.without_farm("farm-2"))

    package_of = partial(make_farm_package, farm=made_farm(2), order=order)
    found = package_of(learn_library(library))

    assert digest_of(found) == digest_of(package_of(others))
