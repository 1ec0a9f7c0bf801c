"""`terroir package` as its users run it."""

import json
from pathlib import Path

import msgspec
import pytest

from protocols.errors import PackageError
from protocols.golden_vectors import GoldenVectors, GraphAnswer, golden_from_members
from protocols.model_package import ModelPackage, read_package
from protocols.stored_zip import write_stored
from tests.protocols.golden_files import FOLDER
from tests.trainer.commands.package_command import run, saved_changed
from trainer.commands.package import runtimes_here
from trainer.errors import ExportError, WorkspaceError

GOLDEN = FOLDER / "package-v1.1.terroir"
PACKAGE = read_package(GOLDEN)


def newer(tmp_path: Path) -> Path:
    """Save the golden package as a newer minor version might have written it."""
    raw = msgspec.json.decode(PACKAGE.manifest_json)
    raw |= {"format": "1.99", "colour": "brown"}
    raw["targets"][0]["depth_cm"] = 30
    written = msgspec.json.format(msgspec.json.encode(raw), indent=1)
    path = tmp_path / "newer.terroir"
    path.write_bytes(
        write_stored([("manifest.json", written), *PACKAGE.members.items()])
    )
    return path


def with_other_answers(package: ModelPackage) -> dict[str, bytes]:
    golden = golden_from_members(package.members, package.manifest)
    answer = golden.answer
    lie = GraphAnswer(answer.value + 1, answer.low, answer.high, answer.novelty)
    return GoldenVectors(golden.inputs, lie).to_members()


def test_showing_prints_the_card_and_what_is_inside() -> None:
    shown = " ".join(run("show", GOLDEN).split())

    assert "Mixed soils" in shown
    assert "model.onnx: 2.2 kB, float32 weights, any number of scans at once" in shown
    assert "golden/spectrum.npy" in shown
    assert PACKAGE.digest in shown


def test_showing_for_programs_prints_the_manifest_as_it_was_written() -> None:
    shown = run("show", GOLDEN, "--json")

    assert shown.encode() == PACKAGE.manifest_json + b"\n"


def test_what_a_newer_version_added_is_shown(tmp_path: Path) -> None:
    path = newer(tmp_path)

    assert json.loads(run("show", path, "--json"))["colour"] == "brown"
    assert "not known here: targets[0].depth_cm, colour" in run("show", path)


def test_measured_intervals_are_shown(tmp_path: Path) -> None:
    held = {"target": PACKAGE.soil.targets[0].name, "labels": 30, "farms": 15}
    held |= {"soils": 700, "coverage": 0.905, "worst_coverage": 0.81, "width": 2.25}
    interval = msgspec.to_builtins(PACKAGE.manifest.interval) | {"measured": [held]}
    claim = msgspec.convert(interval, type(PACKAGE.manifest.interval))

    shown = run("show", saved_changed(tmp_path, PACKAGE, interval=claim))

    assert "90.5%" in shown
    assert "81.0%" in shown


def test_a_good_package_is_verified_on_every_runtime_here() -> None:
    said = run("verify", GOLDEN)

    assert "model.onnx in onnxruntime: 8 golden scans agree" in said
    assert "model.tflite in ai-edge-litert: 8 golden scans agree" in said
    assert "model.tflite in tflite-runtime: not tried, not installed here" in said


def test_a_verdict_for_programs_names_every_run() -> None:
    verdict = json.loads(run("verify", GOLDEN, "--json"))

    assert verdict["package"] == PACKAGE.digest
    runs = {(one["member"], one["runtime"]): one for one in verdict["runs"]}
    onnx = runs["model.onnx", "onnxruntime"]
    assert (onnx["outcome"], onnx["tolerance"]) == ("agrees", 0.001)
    assert onnx["difference"] < 1e-4


def test_a_graph_that_answers_otherwise_is_refused(tmp_path: Path) -> None:
    path = saved_changed(tmp_path, PACKAGE, with_other_answers(PACKAGE))

    said = run("verify", path, fails=ExportError)

    assert "golden scans do not agree" in said


def test_a_graph_that_cannot_be_loaded_is_refused(tmp_path: Path) -> None:
    path = saved_changed(tmp_path, PACKAGE, {"model.onnx": b"no graph"})

    said = run("verify", path, "--json", fails=ExportError)

    assert json.loads(said)["runs"][0]["outcome"] == "fails"


def test_a_package_that_can_be_tried_nowhere_is_not_called_verified(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runtimes_here, "_LOADERS", {})

    run("verify", GOLDEN, fails=ExportError)


def test_a_damaged_package_is_refused(tmp_path: Path) -> None:
    damaged = bytearray(GOLDEN.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path = tmp_path / "damaged.terroir"
    path.write_bytes(damaged)

    run("verify", path, fails=PackageError)


def test_a_missing_package_is_refused(tmp_path: Path) -> None:
    run("show", tmp_path / "none.terroir", fails=WorkspaceError)


def test_the_same_package_differs_in_nothing() -> None:
    found = json.loads(run("diff", GOLDEN, GOLDEN, "--json"))

    assert found["changes"] == []
    assert [one["rms"] for one in found["answers"]] == [0, 0]
    assert "they are the same package" in run("diff", GOLDEN, GOLDEN)


def test_what_changed_is_told_section_by_section(tmp_path: Path) -> None:
    path = saved_changed(
        tmp_path,
        PACKAGE,
        {"card.md": b"# Another\n"},
        parent=PACKAGE.digest,
        local_labels=30,
        learned_from=(),
    )

    said = run("diff", GOLDEN, path)

    assert "the second was made from the first" in said
    assert "~ local labels 0 → 30" in said
    assert "- mixed soils: digest" in said
    assert f"~ card.md: size {len(PACKAGE.members['card.md'])} → 10" in said


def test_answers_are_compared_on_the_scans_of_both(tmp_path: Path) -> None:
    wider = msgspec.structs.replace(PACKAGE.soil.targets[0], spread=1.0)
    targets = (wider, *PACKAGE.soil.targets[1:])

    found = json.loads(
        run("diff", GOLDEN, saved_changed(tmp_path, PACKAGE, targets=targets), "--json")
    )

    assert [one["scans"] for one in found["answers"]] == [16, 16]
    assert found["changes"][0]["subject"] == wider.name
    assert found["not_compared"] == ""


def test_answers_on_other_grids_are_not_compared() -> None:
    found = json.loads(run("diff", FOLDER / "package-v1.terroir", GOLDEN, "--json"))

    assert found["answers"] == []
    assert "grid" in found["not_compared"]
    assert {"section", "subject", "field", "before", "after"} == set(
        found["changes"][0]
    )


def test_answers_of_graphs_that_no_runtime_here_runs_are_not_compared(
    tmp_path: Path,
) -> None:
    artefact = msgspec.structs.replace(PACKAGE.manifest.artefacts[0], runtimes=())
    path = saved_changed(tmp_path, PACKAGE, artefacts=(artefact,))

    said = run("diff", GOLDEN, path)

    assert "answers not compared: no runtime here runs a graph of both" in said
