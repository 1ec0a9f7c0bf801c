"""`terroir package` with a package that holds a crop model."""

import json
from pathlib import Path

import msgspec
import pytest

from protocols.errors import PackageError
from protocols.golden_vectors import GoldenVectors, GraphAnswer, golden_from_members
from tests.protocols.golden_files import FOLDER
from tests.simulators.golden_fields import PACKAGE, golden_crop_package
from tests.trainer.commands.package_command import run, saved_changed
from trainer.errors import ExportError

SOIL = FOLDER / "package-v1.1.terroir"
CROPS = golden_crop_package()


def test_showing_speaks_of_places_and_probability() -> None:
    shown = " ".join(run("show", PACKAGE).split())

    assert "any number of places at once, for onnxruntime" in shown
    assert "1 place at once" in shown
    assert "in probability" in shown
    assert "golden/series.npy" in shown
    assert json.loads(run("show", PACKAGE, "--json"))["kind"] == "crop"


def test_golden_places_are_verified_on_every_runtime_here() -> None:
    said = run("verify", PACKAGE)

    assert "model.onnx in onnxruntime: 9 golden places agree" in said
    assert "model.tflite in ai-edge-litert: 9 golden places agree" in said


def test_a_graph_that_tells_other_probabilities_is_refused(tmp_path: Path) -> None:
    golden = golden_from_members(CROPS.members, CROPS.manifest)
    answer = golden.answer
    lie = GraphAnswer(1 - answer.value, answer.low, answer.high, answer.novelty)
    path = saved_changed(
        tmp_path, CROPS, GoldenVectors(golden.inputs, lie).to_members()
    )

    said = run("verify", path, fails=ExportError)

    assert "golden places do not agree" in said


def test_a_package_whose_golden_places_do_not_fit_is_refused(tmp_path: Path) -> None:
    series = CROPS.members["golden/series.npy"]
    for bad in (series[:-4], CROPS.members["golden/days.npy"], b""):
        path = saved_changed(tmp_path, CROPS, {"golden/series.npy": bad})

        run("verify", path, fails=PackageError)


def test_what_changed_is_told_class_by_class(tmp_path: Path) -> None:
    classes = (
        msgspec.structs.replace(CROPS.crops.classes[0], code=None),
        *CROPS.crops.classes[1:],
    )
    path = saved_changed(tmp_path, CROPS, classes=classes, parent=CROPS.digest)

    said = run("diff", PACKAGE, path)

    assert "the second was made from the first" in said
    assert "~ winter wheat: code 24 → nothing" in said
    assert "18 golden places of both" in said
    found = json.loads(run("diff", PACKAGE, path, "--json"))
    assert [one["target"] for one in found["answers"]] == [one.name for one in classes]
    assert {one["unit"] for one in found["answers"]} == {"probability"}
    assert {one["rms"] for one in found["answers"]} == {0.0}


@pytest.mark.parametrize(("before", "after"), [(SOIL, PACKAGE), (PACKAGE, SOIL)])
def test_answers_of_a_soil_and_a_crop_model_are_not_compared(
    before: Path, after: Path
) -> None:
    found = json.loads(run("diff", before, after, "--json"))

    assert found["answers"] == []
    assert "different grids" in found["not_compared"]
