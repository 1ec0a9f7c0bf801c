"""The one suite that every runtime passes; it runs wherever one is installed.

Loads nothing but what a device has, so that the bare environments run it as well.
"""

from pathlib import Path

import numpy as np
import pytest

from edge_agent.errors import RefusedUpdateError
from edge_agent.installed_runtimes import RuntimeName, installed_runtimes
from edge_agent.predictor.graph_runtime import GraphRuntime
from edge_agent.predictor.loaded_model import prove
from edge_agent.predictor.runtime_choice import choose_runtime, load_graph
from protocols.golden_vectors import GoldenVectors, golden_from_members
from protocols.model_package import ModelPackage, read_package

PACKAGE = Path(__file__).parents[1] / "protocols" / "golden" / "package-v1.1.terroir"


@pytest.fixture(scope="module")
def package() -> ModelPackage:
    """The package with a graph for each runtime."""
    return read_package(PACKAGE)


@pytest.fixture(params=installed_runtimes())
def name(request: pytest.FixtureRequest) -> RuntimeName:
    """Each runtime that is installed."""
    found: RuntimeName = request.param
    return found


@pytest.fixture
def runtime(package: ModelPackage, name: RuntimeName) -> GraphRuntime:
    """The package's graph on a runtime."""
    return load(package, name)


@pytest.fixture
def golden(package: ModelPackage) -> GoldenVectors:
    """What every runtime must answer."""
    return golden_from_members(package.members, package.manifest)


def load(
    package: ModelPackage, name: RuntimeName, graph: bytes | None = None
) -> GraphRuntime:
    """Load the package's own graph, or another in its place, on a runtime."""
    choice = choose_runtime(package.manifest.artefacts, [name])
    return load_graph(
        choice,
        graph or package.members[choice.artefact.member],
        tuple(package.manifest.inputs),
    )


def graph_for(package: ModelPackage, name: RuntimeName) -> bytes:
    """Return the graph that a runtime would load."""
    choice = choose_runtime(package.manifest.artefacts, [name])
    return package.members[choice.artefact.member]


def test_package_proves_itself(package: ModelPackage, name: RuntimeName) -> None:
    model = prove(package, name)

    assert (model.runtime_name, model.digest) == (name, package.digest)


def test_answers_are_the_golden_ones_under_their_names(
    runtime: GraphRuntime, golden: GoldenVectors
) -> None:
    for row in range(len(golden.spectrum)):
        found = runtime.run(golden.spectrum[row : row + 1])

        for output in ("value", "low", "high", "novelty"):
            expected = getattr(golden.answer, output)[row : row + 1]
            assert getattr(found, output).shape == expected.shape
            assert getattr(found, output).dtype == np.float32
            assert np.allclose(getattr(found, output), expected, rtol=1e-5, atol=1e-4)


def test_answer_does_not_change_with_what_was_asked_before(
    runtime: GraphRuntime, golden: GoldenVectors
) -> None:
    first, other = golden.spectrum[:1], golden.spectrum[-1:]

    before = runtime.run(first).value.copy()
    runtime.run(other)

    assert np.array_equal(runtime.run(first).value, before)


def test_answer_that_was_given_is_not_overwritten_by_the_next(
    runtime: GraphRuntime, golden: GoldenVectors
) -> None:
    answer = runtime.run(golden.spectrum[:1])
    kept = answer.value.copy()

    runtime.run(golden.spectrum[-1:])

    assert np.array_equal(answer.value, kept)


def test_scan_of_other_bands_is_refused_and_the_next_one_answered(
    runtime: GraphRuntime, golden: GoldenVectors
) -> None:
    with pytest.raises(RefusedUpdateError, match="a graph that"):
        runtime.run(golden.spectrum[:1, :-1])

    answer = runtime.run(golden.spectrum[:1])
    assert np.allclose(answer.value, golden.answer.value[:1], rtol=1e-5)


def test_file_that_is_no_graph_is_refused(
    package: ModelPackage, name: RuntimeName
) -> None:
    with pytest.raises(RefusedUpdateError, match=f"a graph that {name} loads"):
        load(package, name, b"no graph at all")


def test_graph_that_is_cut_short_is_refused(
    package: ModelPackage, name: RuntimeName
) -> None:
    if name == "tflite-runtime":
        pytest.skip(
            "tflite-runtime 2.14 itself dies of a cut file; a device loads packages in "
            "a child process, whose death is a refusal, and digests leave no such file"
        )
    graph = graph_for(package, name)

    with pytest.raises(RefusedUpdateError, match=f"a graph that {name} loads"):
        load(package, name, graph[: len(graph) // 2])


def test_graph_without_the_contracts_names_is_refused(
    package: ModelPackage, name: RuntimeName
) -> None:
    renamed = graph_for(package, name).replace(b"novelty", b"foreign")

    with pytest.raises(RefusedUpdateError, match="to value, low, high, novelty"):
        load(package, name, renamed)


def test_nothing_is_written_to_standard_error(
    package: ModelPackage, name: RuntimeName, capfd: pytest.CaptureFixture[str]
) -> None:
    load(package, name)

    assert capfd.readouterr().err == ""
