"""Which runtime is chosen, and what is said where none will do."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from edge_agent import installed_runtimes
from edge_agent.errors import RefusedUpdateError, SettingsError
from edge_agent.installed_runtimes import (
    EXTRAS,
    MODULES,
    WISHES,
    RuntimeName,
    checked_wish,
    runtimes_in_words,
)
from edge_agent.predictor.litert_graph import check_numpy_suits_tflite
from edge_agent.predictor.runtime_choice import choose_runtime
from protocols.package_manifest import Artefact, Runtime

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
ONNX = Artefact(member="model.onnx", precision="float32", runtimes=("onnxruntime",))
LITE = Artefact(
    member="model.tflite",
    precision="int8",
    runtimes=("ai-edge-litert", "tflite-runtime"),
)
LITE_RT_ONLY = Artefact(
    member="model.tflite", precision="int8", runtimes=("ai-edge-litert",)
)


def test_runtimes_are_those_that_a_manifest_may_name() -> None:
    assert set(get_args(RuntimeName)) == set(get_args(Runtime)) == set(MODULES)
    assert set(WISHES) == {"auto", *MODULES}


@pytest.mark.parametrize(
    ("artefacts", "installed", "expected"),
    [
        ([ONNX, LITE], ["onnxruntime"], ("model.onnx", "onnxruntime")),
        ([ONNX, LITE], ["tflite-runtime"], ("model.tflite", "tflite-runtime")),
        ([ONNX, LITE], list(MODULES), ("model.tflite", "ai-edge-litert")),
        ([ONNX], list(MODULES), ("model.onnx", "onnxruntime")),
        (
            [ONNX, LITE_RT_ONLY],
            ["onnxruntime", "tflite-runtime"],
            ("model.onnx", "onnxruntime"),
        ),
    ],
)
def test_best_installed_runtime_that_the_package_allows_is_chosen(
    artefacts: list[Artefact],
    installed: list[RuntimeName],
    expected: tuple[str, str],
) -> None:
    choice = choose_runtime(artefacts, installed)

    assert (choice.artefact.member, choice.runtime) == expected


def test_runtime_asked_for_is_used_though_a_better_one_is_there() -> None:
    choice = choose_runtime([ONNX, LITE], list(MODULES), "onnxruntime")

    assert (choice.artefact.member, choice.runtime) == ("model.onnx", "onnxruntime")


def test_runtime_that_the_manifest_does_not_allow_is_never_used() -> None:
    message = (
        "this package has no graph for the runtimes installed here: expected one for "
        "tflite-runtime, found graphs for ai-edge-litert; install terroir[litert-edge]"
    )

    with pytest.raises(RefusedUpdateError, match=re.escape(message)):
        choose_runtime([LITE_RT_ONLY], ["tflite-runtime"])


@pytest.mark.parametrize(
    ("member", "runtime"), [("model.onnx", "later"), ("model.later", "onnxruntime")]
)
def test_graph_of_a_kind_that_is_not_known_yet_asks_for_newer_software(
    member: str, runtime: str
) -> None:
    later = Artefact(member=member, precision="float32", runtimes=(runtime,))

    with pytest.raises(RefusedUpdateError, match="none that is known here; install ne"):
        choose_runtime([later], ["onnxruntime"])


def test_runtime_asked_for_that_the_package_does_not_allow_is_refused() -> None:
    with pytest.raises(RefusedUpdateError, match="expected one for onnxruntime, found"):
        choose_runtime([LITE], list(MODULES), "onnxruntime")


def test_runtime_asked_for_that_is_not_installed_is_refused() -> None:
    with pytest.raises(RefusedUpdateError, match="found only onnxruntime installed"):
        choose_runtime([ONNX, LITE], ["onnxruntime"], "ai-edge-litert")


def test_device_without_any_runtime_is_told_what_to_install() -> None:
    with pytest.raises(RefusedUpdateError, match=re.escape("install terroir[edge]")):
        choose_runtime([ONNX], [])


@pytest.mark.parametrize("version", ["2.0.0", "2.4.6", "3.0.0rc1"])
def test_numpy_2_beside_tflite_runtime_is_refused_with_a_hint(version: str) -> None:
    message = f"expected numpy 1.26 beside tflite-runtime, found {version}; install"

    with pytest.raises(RefusedUpdateError, match=re.escape(message)):
        check_numpy_suits_tflite(version)


def test_numpy_1_beside_tflite_runtime_is_taken() -> None:
    check_numpy_suits_tflite("1.26.4")


def test_unknown_runtime_is_refused() -> None:
    with pytest.raises(SettingsError, match="found 'tensorrt'"):
        checked_wish("tensorrt")


def test_birth_tells_the_runtime_asked_for_or_those_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here: list[RuntimeName] = ["ai-edge-litert", "onnxruntime"]
    monkeypatch.setattr(installed_runtimes, "installed_runtimes", lambda: tuple(here))

    assert runtimes_in_words("onnxruntime") == "onnxruntime"
    assert runtimes_in_words("auto") == "ai-edge-litert, onnxruntime"
    here.clear()
    assert runtimes_in_words("auto") == "none"


def test_looking_for_runtimes_imports_none_and_no_numpy() -> None:
    heavy = {*MODULES.values(), "numpy", "msgspec"}
    script = (
        "import sys; from edge_agent.installed_runtimes import installed_runtimes; "
        f"installed_runtimes(); print(sorted({heavy!r} & sys.modules.keys()))"
    )

    found = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert found.strip() == "[]"


def test_only_the_chosen_runtime_is_imported() -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from edge_agent.predictor.loaded_model import prove\n"
        "from protocols.model_package import read_package\n"
        "prove(read_package(Path(sys.argv[1])), 'onnxruntime')\n"
        f"print(sorted({set(MODULES.values())!r} & sys.modules.keys()))"
    )
    package = "tests/protocols/golden/package-v1.1.terroir"

    found = subprocess.check_output([sys.executable, "-c", script, package], text=True)

    assert found.strip() == "['onnxruntime']"


@pytest.mark.parametrize("runtime", MODULES)
def test_every_runtime_names_the_extra_that_brings_it(runtime: RuntimeName) -> None:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]

    extra = EXTRAS[runtime].removeprefix("terroir[").removesuffix("]")

    needed = project["optional-dependencies"][extra]
    assert any(one.startswith(runtime) for one in needed)
