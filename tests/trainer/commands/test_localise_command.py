"""`terroir localise` as its users run it, from tables to packages that devices run."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from edge_agent.predictor.loaded_model import prove
from protocols.model_package import CARD, read_package
from tests.trainer.fleet.made_fleet import write_farm
from tests.trainer.localisation.made_soils import CARBON, CLAY, made_farm, made_library
from trainer.commands.localise import app
from trainer.commands.package import app as package_app
from trainer.commands.pretrain import app as pretrain_app
from trainer.errors import ExportError, LibraryError, WorkspaceError
from trainer.exit_codes import ExitCode
from trainer.fleet.fleet_ledger import LEDGER
from trainer.library.parquet_table import write_library

RUN = CliRunner()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "library.parquet"
    write_library(made_library(3, 20, targets=(CARBON, CLAY)), path)
    return path


def localise(library: Path, out: Path, *words: object) -> Result:
    given = ["--library", library, "--target", CARBON, "--out", out, *words]
    return RUN.invoke(app, list(map(str, given)))


@pytest.mark.parametrize("labels", [0, 1, 3, 8, 30])
def test_any_number_of_labels_gives_a_package_that_verifies(
    library: Path, tmp_path: Path, labels: int
) -> None:
    out = tmp_path / "home.terroir"
    samples = write_farm(tmp_path / "home.csv", labels) if labels else None

    done = localise(library, out, *(("--samples", samples) if samples else ()))

    assert done.exit_code == 0, done.output
    assert RUN.invoke(package_app, ["verify", str(out)]).exit_code == 0
    assert read_package(out).soil.local_labels == labels


def test_the_device_runs_the_package(library: Path, tmp_path: Path) -> None:
    out = tmp_path / "home.terroir"
    localise(library, out, "--samples", write_farm(tmp_path / "home.csv", 12))

    model = prove(read_package(out))

    answer = model.runtime.run(made_farm(1).spectra)
    assert model.manifest.farm == "home"
    assert answer.low[0, 0] <= answer.value[0, 0] <= answer.high[0, 0]


def test_a_package_may_hold_both_formats_and_every_runtime_answers_alike(
    library: Path, tmp_path: Path
) -> None:
    out = tmp_path / "home.terroir"
    words = ("--samples", write_farm(tmp_path / "home.csv", 12))

    done = localise(library, out, *words, "--format", "onnx", "--format", "tflite")

    assert done.exit_code == 0, done.output
    package = read_package(out)
    members = [one.member for one in package.manifest.artefacts]
    assert members == ["model.onnx", "model.tflite"]
    told = [
        prove(package, runtime).runtime.run(made_farm(1).spectra).value[0, 0]
        for runtime in ("onnxruntime", "ai-edge-litert")
    ]
    assert told[0] == pytest.approx(told[1], rel=1e-3)
    assert "TensorFlow Lite" in package.members[CARD].decode()


def test_the_package_says_how_intervals_held_on_farms_left_out(
    tmp_path: Path,
) -> None:
    library = tmp_path / "library.parquet"
    write_library(made_library(3, 25), library)
    out = tmp_path / "home.terroir"
    words = ("--samples", write_farm(tmp_path / "home.csv", 12))

    localise(library, out, *words)
    interval = read_package(out).soil.interval
    localise(library, out, *words, "--without-measuring")
    unmeasured = read_package(out).soil.interval

    (measured,) = interval.measured
    assert (measured.target, measured.farms) == (CARBON, 3)
    assert measured.labels <= 12
    assert interval.measured_coverage == measured.coverage
    assert unmeasured.measured_coverage is None


def test_a_budget_that_no_graph_keeps_is_refused_with_its_sizes(
    library: Path, tmp_path: Path
) -> None:
    out = tmp_path / "home.terroir"
    words = ("--samples", write_farm(tmp_path / "home.csv", 12))

    done = localise(library, out, *words, "--most-mb", "0.001")

    assert isinstance(done.exception, ExportError)
    assert "allowed 1000" in str(done.exception)
    assert not out.exists()


def test_fewer_labels_promise_less(library: Path, tmp_path: Path) -> None:
    widths = []
    for labels in (0, 30):
        samples = write_farm(tmp_path / "home.csv", labels) if labels else None
        words = ("--samples", samples) if samples else ()
        done = localise(library, tmp_path / "home.terroir", *words, "--json")
        widths.append(json.loads(done.stdout)["targets"][0]["half_width"])

    assert widths[0] > 1.5 * widths[1]


def test_several_targets_may_lack_values_each_by_itself(
    library: Path, tmp_path: Path
) -> None:
    samples = write_farm(tmp_path / "home.csv", 8)
    out = tmp_path / "home.terroir"

    done = localise(library, out, "--samples", samples, "--target", CLAY, "--json")

    told = json.loads(done.stdout)["targets"]
    assert [(one["name"], one["labels"]) for one in told] == [(CARBON, 8), (CLAY, 0)]
    assert len(read_package(out).soil.targets) == 2


def test_another_unit_than_declared_is_warned_of_and_not_converted(
    library: Path, tmp_path: Path
) -> None:
    values = 10 * made_farm(12).values[:, 0]
    samples = write_farm(tmp_path / "home.csv", 12, values=values)

    done = localise(library, tmp_path / "home.terroir", "--samples", samples)

    assert "look like g/kg" in " ".join(done.output.split())
    told = read_package(tmp_path / "home.terroir").soil.targets[0]
    assert told.spread == pytest.approx(np.std(values), rel=0.01)


def test_the_same_inputs_and_time_give_the_same_bytes(
    library: Path, tmp_path: Path
) -> None:
    samples = write_farm(tmp_path / "home.csv", 5)
    words = ("--samples", samples, "--made-at", "2026-01-01")

    localise(library, tmp_path / "a.terroir", *words)
    localise(library, tmp_path / "b.terroir", *words)

    first, second = (tmp_path / name for name in ("a.terroir", "b.terroir"))
    assert first.read_bytes() == second.read_bytes()


def test_a_folder_of_farms_gives_a_package_a_farm(
    library: Path, tmp_path: Path
) -> None:
    for start in range(2):
        write_farm(tmp_path / "farms" / f"field-{start}.csv", 4, start=10 * start)
    (tmp_path / "farms" / "bad.csv").write_text("nothing\n")
    words = ("--farms", tmp_path / "farms", "--jobs", 1, "--json")

    done = localise(library, tmp_path / "out", *words)

    assert done.exit_code == ExitCode.PARTLY
    assert json.loads(done.stdout) == {"done": 2, "reused": 0, "failed": 1}
    assert "bad.csv" in done.stderr
    assert len((tmp_path / "out" / LEDGER).read_bytes().splitlines()) == 3


def test_a_target_that_the_library_lacks_is_refused(
    library: Path, tmp_path: Path
) -> None:
    done = localise(library, tmp_path / "x.terroir", "--target", "ph.h2o_usda_index")

    assert isinstance(done.exception, LibraryError)
    assert CLAY in str(done.exception)
    assert not (tmp_path / "x.terroir").exists()


def test_a_folder_that_is_not_there_is_refused_before_any_fit(
    library: Path, tmp_path: Path
) -> None:
    done = localise(library, tmp_path / "nowhere" / "x.terroir")

    assert isinstance(done.exception, WorkspaceError)


def test_samples_and_farms_together_are_not_understood(
    library: Path, tmp_path: Path
) -> None:
    words = ("--samples", tmp_path / "a.csv", "--farms", tmp_path)

    assert localise(library, tmp_path / "x", *words).exit_code == ExitCode.USAGE


def test_a_farm_that_is_in_the_library_is_taken_out_of_it(
    library: Path, tmp_path: Path
) -> None:
    own = made_library(3, 20, targets=(CARBON, CLAY)).only_farm("farm-1")
    write_library(own, tmp_path / "own.parquet")
    out = tmp_path / "own.terroir"

    done = localise(library, out, "--samples", tmp_path / "own.parquet", "--json")

    assert "left 20 soils out of the library" in done.stderr
    assert read_package(out).soil.learned_from[0].soils == 40


def test_pretrained_knowledge_needs_no_library_and_carries_no_soil(
    library: Path, tmp_path: Path
) -> None:
    knowledge = tmp_path / "knowledge.npz"
    words = ["--library", library, "--target", CARBON, "--out", knowledge]
    words.append("--without-measuring")
    samples = write_farm(tmp_path / "home.csv", 12)
    out, beside = tmp_path / "home.terroir", tmp_path / "beside.terroir"
    asked = ["--samples", samples, "--made-at", "2026-01-01"]

    learned = RUN.invoke(pretrain_app, list(map(str, words)))
    given = ["--pretrained", knowledge, "--out", out, *asked]
    done = RUN.invoke(app, list(map(str, given)))
    localise(library, beside, *asked, "--without-library")

    assert "holds none of them" in learned.stdout
    assert done.exit_code == 0, done.output
    assert "none of the library" in read_package(out).members[CARD].decode()
    assert out.read_bytes() == beside.read_bytes()


def test_the_report_of_a_farm_is_one_page(library: Path, tmp_path: Path) -> None:
    samples = write_farm(tmp_path / "home.csv", 12)
    page = tmp_path / "home.html"

    done = localise(
        library, tmp_path / "x.terroir", "--samples", samples, "--report", page
    )

    assert done.exit_code == 0, done.output
    assert "What each expert said" in page.read_text()
    assert "labels alone, error" in done.stdout


@pytest.mark.parametrize("method", ["local", "library"])
def test_a_method_may_be_asked_for_by_name(
    library: Path, tmp_path: Path, method: str
) -> None:
    samples = write_farm(tmp_path / "home.csv", 12)
    words = ("--samples", samples, "--method", method, "--json")

    done = localise(library, tmp_path / "home.terroir", *words)

    assert json.loads(done.stdout)["targets"][0]["method"] == method
