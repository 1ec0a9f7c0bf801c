"""Whatever runs a model, the answers are the model's."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from protocols.errors import PackageError
from protocols.graph_contract import DAYS, MASK, SERIES
from protocols.model_package import build_package
from tests.protocols.sample_crop_packages import (
    sample_crop_manifest,
    sample_crop_members,
)
from tests.simulators.golden_fields import (
    PACKAGE,
    golden_crop_package,
    golden_places,
)
from tests.trainer.crops.made_series import GRID, LEGEND
from trainer.crops.prediction.open_teller import open_teller
from trainer.crops.series.series_set import SeriesBatch
from trainer.errors import LibraryError, WorkspaceError

SOILS = PACKAGE.parent / "package-v1.1.terroir"


def test_package_answers_as_the_model_that_was_packed() -> None:
    packed = open_teller(PACKAGE)
    golden = golden_places(golden_crop_package())
    series, days, mask = (golden.inputs[name] for name in (SERIES, DAYS, MASK))

    answers = packed.tell(SeriesBatch(series, days, mask > 0))

    assert (packed.grid, packed.legend) == (GRID, LEGEND)
    for name in ("value", "low", "high", "novelty"):
        told, known = getattr(answers, name), getattr(golden.answer, name)
        np.testing.assert_allclose(told, known, atol=1e-3)
    assert answers.steps_seen.tolist() == (mask > 0).any(axis=2).sum(axis=1).tolist()
    assert packed.digest.startswith("sha256:")


def test_training_run_is_opened_by_its_folder(crop_model: Path, tmp_path: Path) -> None:
    (tmp_path / "model").symlink_to(crop_model)

    run, model = open_teller(tmp_path), open_teller(crop_model)

    assert run.digest == model.digest
    assert run.learned_from == "made"


def test_changed_weights_have_another_digest(crop_model: Path, tmp_path: Path) -> None:
    for one in crop_model.iterdir():
        (tmp_path / one.name).write_bytes(one.read_bytes())
    about = (tmp_path / "model.json").read_bytes()
    (tmp_path / "model.json").write_bytes(about + b"\n")

    assert open_teller(tmp_path).digest != open_teller(crop_model).digest


def test_package_without_a_graph_for_this_machine_is_refused(tmp_path: Path) -> None:
    members = sample_crop_members()
    members["model.tflite"] = members.pop("model.onnx")
    manifest = sample_crop_manifest()
    only = msgspec.structs.replace(
        manifest.artefacts[0], member="model.tflite", runtimes=("ai-edge-litert",)
    )
    made = msgspec.structs.replace(manifest, artefacts=(only,))
    path = tmp_path / "only.terroir"
    path.write_bytes(build_package(made, members))

    with pytest.raises(LibraryError, match="--format onnx"):
        open_teller(path)


def test_package_of_soils_is_refused() -> None:
    with pytest.raises(PackageError, match="expected a package with a crop model"):
        open_teller(SOILS)


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="terroir crops train"):
        open_teller(tmp_path)
