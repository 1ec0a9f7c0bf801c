"""A bare device predicts, on each runtime that one may have, and without torch.

Environments are made on the first run, which takes a minute, and kept.
"""

import json
import platform
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from edge_agent.exit_codes import ExitCode
from protocols.model_package import build_package, read_package
from protocols.package_manifest import Artefact
from tests.bare_environments.environments import (
    ROOT,
    BareEnvironment,
    bare_environment,
)
from tests.simulators.golden_fields import (
    HARVEST,
    as_csv,
    golden_crop_package,
    golden_places,
    golden_rows,
    whole_places,
)
from tests.simulators.golden_fields import (
    PACKAGE as CROPS,
)
from tests.simulators.golden_scans import (
    PACKAGE,
    golden_of,
    golden_package,
    golden_table,
)

GARBLED = Path(__file__).with_name("golden") / "garbled.terroir"
SUITE = ROOT / "tests" / "edge_agent" / "test_runtimes.py"
HEAVY = ("torch", "sklearn", "scipy", "onnx", "tensorflow")

pytestmark = pytest.mark.timeout(900)

needs_tflite = pytest.mark.skipif(
    sys.version_info >= (3, 12)
    or sys.platform != "linux"
    or platform.machine() not in ("x86_64", "aarch64", "armv7l"),
    reason="tflite-runtime 2.14 has no wheel for this Python or machine",
)


@pytest.fixture(scope="module")
def edge() -> BareEnvironment:
    """What most devices install."""
    return bare_environment("edge")


@pytest.fixture(scope="module")
def litert() -> BareEnvironment:
    """A device with ai-edge-litert, and a test runner beside it."""
    return bare_environment("litert-edge", "pytest")


@pytest.fixture(scope="module")
def tflite() -> BareEnvironment:
    """A device with tflite-runtime and numpy 1.26, and a test runner beside it."""
    return bare_environment("tflite-edge", "pytest")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The golden scans."""
    path = tmp_path / "soils.csv"
    path.write_text(golden_table(golden_package()))
    return path


def check_predicts_as_golden(device: BareEnvironment, table: Path) -> None:
    """Have a device read the golden scans; the white reference is refused."""
    words = ("predict", "--json", "--package", PACKAGE, table)
    result = device.attempt("terroir-edge", *words, cwd=table.parent)

    *told, white = map(json.loads, result.stdout.splitlines())
    answer = golden_of(golden_package()).answer
    assert (result.returncode, result.stderr) == (ExitCode.SCANS, "")
    assert "dead sensor" in white["refusal"]
    for name in ("value", "low", "high"):
        expected = getattr(answer, name)[:-1].ravel()
        found = np.array([line[name] for line in told])
        assert np.allclose(found, expected, rtol=1e-3, atol=1e-2), name


def check_tells_golden_crops(device: BareEnvironment, folder: Path) -> None:
    """Have a device tell what grows on the golden places."""
    package, table = golden_crop_package(), folder / "fields.csv"
    table.write_text(as_csv(golden_rows(package)))
    words = ("crops", "--json", "--package", CROPS, table, "--date")
    result = device.attempt("terroir-edge", *words, f"{HARVEST}-12-31", cwd=folder)

    told = {line["field"]: line for line in map(json.loads, result.stdout.splitlines())}
    answer = golden_places(package).answer
    assert (result.returncode, result.stderr) == (ExitCode.OK, "")
    for at in whole_places(package):
        line, best = told[f"G{at}"], int(answer.value[at].argmax())
        assert line["crop"] == package.crops.classes[best].name
        assert abs(line["probability"] - answer.value[at, best]) < 1e-3


def check_has_no_training_library(device: BareEnvironment, folder: Path) -> None:
    """Try to import what a device must not have."""
    program = (
        "import importlib\n"
        f"for name in {HEAVY!r}:\n"
        "    try: importlib.import_module(name)\n"
        "    except ModuleNotFoundError: continue\n"
        "    print(name)\n"
    )
    assert device.run("python", "-c", program, cwd=folder) == ""


def run_suite(device: BareEnvironment, folder: Path) -> str:
    """Run the suite of all runtimes there, on the wheel that is installed."""
    settings = folder / "pytest.ini"
    settings.write_text(
        "[pytest]\naddopts = --import-mode=importlib -p no:cacheprovider\n"
    )
    words = ("-q", "-c", settings, "--noconftest", "--confcutdir", folder, SUITE)
    return device.run("pytest", *words, cwd=folder)


def predict_one(
    device: BareEnvironment, package: Path, folder: Path
) -> tuple[int, str]:
    """Have a device read one scan with a package; return its end and its errors."""
    scan = folder / "scan.csv"
    rows = "".join(f"{nm},{0.1 + 0.0001 * nm}\n" for nm in range(350, 2501, 5))
    scan.write_text("wavelength_nm,reflectance\n" + rows)
    words = ("predict", "--json", "--package", package, scan)
    result = device.attempt("terroir-edge", *words, cwd=folder)
    return result.returncode, result.stderr


def test_device_with_onnxruntime_predicts_without_torch(
    edge: BareEnvironment, table: Path
) -> None:
    check_has_no_training_library(edge, table.parent)
    check_predicts_as_golden(edge, table)
    check_tells_golden_crops(edge, table.parent)


def test_device_with_litert_predicts_without_torch(
    litert: BareEnvironment, table: Path
) -> None:
    check_has_no_training_library(litert, table.parent)
    check_predicts_as_golden(litert, table)
    check_tells_golden_crops(litert, table.parent)
    assert "passed" in run_suite(litert, table.parent)


@needs_tflite
def test_device_with_tflite_runtime_and_numpy_1_predicts_without_torch(
    tflite: BareEnvironment, table: Path
) -> None:
    numpy = tflite.run(
        "python", "-c", "import numpy; print(numpy.__version__)", cwd=table.parent
    )

    assert numpy.startswith("1.26")
    check_has_no_training_library(tflite, table.parent)
    check_predicts_as_golden(tflite, table)
    check_tells_golden_crops(tflite, table.parent)
    assert "passed" in run_suite(tflite, table.parent)


@needs_tflite
def test_graph_that_tflite_runtime_garbles_is_refused_by_its_golden_vectors(
    tflite: BareEnvironment, litert: BareEnvironment, tmp_path: Path
) -> None:
    assert predict_one(litert, GARBLED, tmp_path) == (ExitCode.OK, "")

    code, errors = predict_one(tflite, GARBLED, tmp_path)

    assert code == ExitCode.PACKAGE
    assert "expected golden answers within 0.05 standard deviations, found" in errors


@needs_tflite
def test_graph_that_tflite_runtime_garbles_is_not_even_loaded_where_not_allowed(
    tflite: BareEnvironment, tmp_path: Path
) -> None:
    package = tmp_path / "allowed.terroir"
    package.write_bytes(allowed_on_litert_only())

    code, errors = predict_one(tflite, package, tmp_path)

    assert code == ExitCode.PACKAGE
    assert "expected one for tflite-runtime, found graphs for ai-edge-litert" in errors


@needs_tflite
def test_numpy_2_beside_tflite_runtime_is_refused_before_it_breaks(
    tmp_path: Path,
) -> None:
    device = bare_environment(None, "numpy>=2,<3", "tflite-runtime==2.14.0")

    code, errors = predict_one(device, PACKAGE, tmp_path)

    assert code == ExitCode.PACKAGE
    assert "expected numpy 1.26 beside tflite-runtime, found 2." in errors
    assert "Traceback" not in errors


def test_device_without_a_runtime_is_told_what_to_install(tmp_path: Path) -> None:
    device = bare_environment(None)

    code, errors = predict_one(device, PACKAGE, tmp_path)

    assert code == ExitCode.PACKAGE
    assert "found none; install terroir[edge]" in errors


def allowed_on_litert_only() -> bytes:
    """Return the garbled package as an honest export would have written it."""
    package = read_package(GARBLED)
    (artefact,) = package.manifest.artefacts
    honest: Artefact = msgspec.structs.replace(artefact, runtimes=("ai-edge-litert",))
    manifest = msgspec.structs.replace(package.manifest, artefacts=(honest,))
    return build_package(manifest, package.members)
