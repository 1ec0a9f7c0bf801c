"""A trained crop model leaves as a package that proves itself, or is refused."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from protocols.golden_vectors import golden_from_members, largest_difference
from protocols.graph_contract import MASK
from protocols.model_package import CARD, ModelPackage, read_package
from tests.trainer.crops.crop_command import CropCommand
from tests.trainer.crops.made_series import GRID, LEGEND, MadeOrder, made_series
from trainer.commands.package.verification import check_verdict, verify_package
from trainer.crops.model.model_folder import read_crop_model, write_crop_model
from trainer.crops.packages.proof_places import proof_places
from trainer.crops.prediction.open_teller import open_teller
from trainer.crops.prediction.prediction_order import series_digest
from trainer.crops.prediction.season_record import RECORD_FILE, SeasonRecord
from trainer.crops.series.series_folder import (
    open_series_folder,
    read_manifest,
    write_manifest,
    write_series_folder,
)
from trainer.errors import LibraryError
from trainer.export.export_parity import LoadedGraph, answer_of


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Series as preparation leaves them, with its order."""
    folder = tmp_path_factory.mktemp("known") / "our-fields"
    write_series_folder(folder, made_series(MadeOrder(fields_across=4, seed=9)))
    season = json.dumps({"choice": "best"})
    filters = json.dumps({"scene_classes": [4, 5], "most_cloud": 40.0, "area": []})
    manifest = read_manifest(folder)
    order = {"season": season, "filters": filters}
    write_manifest(folder, msgspec.structs.replace(manifest, order=order))
    return folder


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, crop_model: Path, series: Path
) -> Path:
    """A run whose model says that it learned from these series."""
    folder = tmp_path_factory.mktemp("run")
    model, about = read_crop_model(crop_model)
    told = msgspec.structs.replace(about, series=series_digest(series))
    write_crop_model(folder / "model", model, told)
    return folder


@pytest.fixture(scope="module")
def package(
    tmp_path_factory: pytest.TempPathFactory, run: Path, series: Path
) -> ModelPackage:
    """The package, made once."""
    out = tmp_path_factory.mktemp("out") / "home.terroir"
    season = tmp_path_factory.mktemp("season")
    record = SeasonRecord(
        model=open_teller(run / "model").digest,
        days=(150, 299),
        thresholds=(0.125, 0.375),
        rule=None,
    )
    (season / RECORD_FILE).write_bytes(msgspec.json.encode(record))
    with pytest.MonkeyPatch.context() as patch:
        words = ["export", str(run), "--series", str(series), "--farm", "home"]
        words += ["--out", str(out), "--season", str(season), "--licence", "CC0-1.0"]
        patch.setattr("sys.argv", ["terroir", "crops", *words])
        with pytest.raises(SystemExit) as end:
            _main()
    assert not end.value.code
    return read_package(out)


def _main() -> None:
    from trainer.__main__ import main  # noqa: PLC0415 - after its words are set

    main()
    raise SystemExit(0)


def test_the_package_proves_itself_on_every_runtime_here(package: ModelPackage) -> None:
    verdict = verify_package(package)

    check_verdict(verdict)
    assert (verdict.subjects, verdict.measure) == ("places", "in probability")


def test_the_manifest_says_what_the_model_and_its_series_are(
    package: ModelPackage,
) -> None:
    manifest = package.crops

    assert (manifest.tenant, manifest.farm) == ("own", "home")
    assert manifest.season == GRID
    assert tuple(one.name for one in manifest.classes) == LEGEND
    assert manifest.observations.choice == "best"
    assert manifest.observations.scene_classes == (4, 5)
    assert manifest.observations.most_cloud == 40
    assert manifest.likely.threshold_on(200) == 0.125
    assert manifest.likely.threshold_on(299) == 0.375
    (source,) = manifest.learned_from
    assert (source.name, source.licence) == ("our-fields", "CC0-1.0")


def test_graphs_answer_as_the_model_that_was_trained(
    package: ModelPackage, run: Path, series: Path
) -> None:
    model, about = read_crop_model(run / "model")
    asked = proof_places(open_series_folder(series), about.grid).asked
    graph = package.members["model.onnx"]

    found = LoadedGraph(graph, tuple(package.manifest.inputs)).answer(*asked)

    expected = answer_of(model, *asked)
    assert largest_difference(expected, found, package.manifest) < 0.05


def test_golden_places_hold_classes_gaps_and_a_place_never_seen(
    package: ModelPackage,
) -> None:
    golden = golden_from_members(package.members, package.manifest)

    shares = golden.inputs[MASK].mean(axis=(1, 2))
    assert 0.0 in shares
    assert 1.0 in shares
    assert len(set(golden.answer.value.argmax(axis=1))) == len(LEGEND)


def test_the_card_says_season_classes_figures_and_graphs(package: ModelPackage) -> None:
    card = package.members[CARD].decode()

    assert "Crop model of own/home" in card
    assert "24 buckets of 10 days from 03-02 to 10-27" in card
    assert "S2-B04 (1), S2-B08 (1)" in card
    assert "ONNX: " in card
    assert "by date of prediction other thresholds hold, 2 of them" in card


def test_series_that_the_model_did_not_learn_from_are_refused(
    tmp_path: Path, run: Path, crops: CropCommand
) -> None:
    others = tmp_path / "others"
    write_series_folder(others, made_series(MadeOrder(fields_across=4, seed=10)))
    out = tmp_path / "home.terroir"

    done = crops("export", run, "--series", others, "--farm", "home", "--out", out)

    assert done.code != 0
    assert "expected the series that the model learned from" in done.err
    assert not out.exists()


@pytest.mark.parametrize("name", ["home.zip", "there.terroir", "none/home.terroir"])
def test_only_a_new_package_in_a_folder_that_is_there_is_written(
    tmp_path: Path, run: Path, series: Path, crops: CropCommand, name: str
) -> None:
    (tmp_path / "there.terroir").write_bytes(b"kept")

    done = crops(
        *("export", run, "--series", series, "--farm", "home"),
        *("--out", tmp_path / name),
    )

    assert done.code != 0
    assert "choose another one" in done.err
    assert (tmp_path / "there.terroir").read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--parent", "none.terroir"), "expected a package at none.terroir"),
        (("--season", "none"), "make one with `terroir crops evaluate`"),
        (("--licence", "x" * 81), "at most 80 letters, found 81"),
        (("--tenant", "Not A Name"), "a-z, 0-9 and inner hyphens"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_before_anything_is_exported(
    tmp_path: Path,
    run: Path,
    series: Path,
    crops: CropCommand,
    words: tuple[str, str],
    expected: str,
) -> None:
    out = tmp_path / "home.terroir"

    done = crops(
        *("export", run, "--series", series, "--farm", "home", "--out", out),
        *words,
    )

    assert done.code != 0
    assert expected in done.err
    assert not out.exists()


def test_a_run_without_a_model_is_refused(
    tmp_path: Path, series: Path, crops: CropCommand
) -> None:
    out = tmp_path / "home.terroir"

    done = crops("export", tmp_path, "--series", series, "--farm", "home", "--out", out)

    assert done.code != 0
    assert "train one with `terroir crops train`" in done.err


def test_a_box_of_land_chooses_ranges_or_judges_and_never_both() -> None:
    series = made_series(MadeOrder(fields_across=4, seed=9))
    assert len(np.unique(series.places.boxes)) > 1

    proof = proof_places(series, GRID)

    choosing = {one.tobytes() for one in proof.calibration[0]}
    assert not any(one.tobytes() in choosing for one in proof.asked[0])
    shares = proof.asked[2].mean(axis=(1, 2))
    assert shares.max() > 2 * shares.min()


def test_too_few_places_to_judge_by_are_refused() -> None:
    series = made_series(MadeOrder(fields_across=2, pixels_across=1))

    with pytest.raises(LibraryError, match="expected 8 places or more"):
        proof_places(series, GRID)
