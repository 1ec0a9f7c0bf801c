"""The three packages can be imported alone, in a fresh interpreter.

The import linter reads the graph; this sees what the graph cannot, such as an import
made by name at run time.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
IMPORT_EVERY_MODULE = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, sys.argv[1] + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
IMPORT_ONE_MODULE = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
TRAINING_LIBRARIES = {"torch", "onnx", "sklearn", "pandas", "scipy", "pyarrow"}
"""Without boto3, which tuf's signers load by themselves wherever it is installed."""


def modules_loaded_by(program: str, name: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", program, name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("package", "never_loaded"),
    [
        ("protocols", {"edge_agent", "trainer", "onnxruntime", *TRAINING_LIBRARIES}),
        ("edge_agent", {"trainer", *TRAINING_LIBRARIES}),
        ("trainer", {"edge_agent"}),
    ],
)
def test_importing_a_package_loads_nothing_it_must_not_know(
    package: str, never_loaded: set[str]
) -> None:
    loaded = modules_loaded_by(IMPORT_EVERY_MODULE, package)

    assert package in loaded
    assert never_loaded.isdisjoint(loaded)


@pytest.mark.parametrize(
    ("module", "never_loaded"),
    [
        ("protocols.topics", {"numpy"}),
        ("protocols.encoding", {"numpy"}),
        ("edge_agent.agent", {"numpy", "onnxruntime", "tuf"}),
        ("trainer.__main__", {"torch", "onnx", "numpy", "pandas"}),
    ],
)
def test_what_must_start_quickly_loads_nothing_heavy(
    module: str, never_loaded: set[str]
) -> None:
    loaded = modules_loaded_by(IMPORT_ONE_MODULE, module)

    assert never_loaded.isdisjoint(loaded)
