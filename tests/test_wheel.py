"""The wheel installs on a bare device, and brings what a device needs and no more."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED_ON_A_DEVICE = {"terroir", "numpy", "msgspec", "paho-mqtt", "tuf", "onnxruntime"}
COMES_WITH_THEM = {
    "cffi",
    "coloredlogs",
    "cryptography",
    "flatbuffers",
    "humanfriendly",
    "ml-dtypes",
    "mpmath",
    "packaging",
    "protobuf",
    "pycparser",
    "securesystemslib",
    "sympy",
    "typing-extensions",
    "urllib3",
}


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def bare_device(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment that has only the wheel."""
    folder = tmp_path_factory.mktemp("device")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT)
    run(sys.executable, "-m", "venv", folder / "environment")
    wheel = next(folder.glob("terroir-*.whl"))
    programs = folder / "environment" / "bin"
    run(programs / "pip", "install", "--quiet", f"{wheel}[edge]")
    return programs


def test_device_gets_what_it_needs_and_little_else(bare_device: Path) -> None:
    listing = run(bare_device / "pip", "list", "--format=freeze")

    installed = {line.partition("==")[0].lower() for line in listing.splitlines()}
    installed -= {"pip", "setuptools"}
    assert installed >= NEEDED_ON_A_DEVICE
    assert installed <= NEEDED_ON_A_DEVICE | COMES_WITH_THEM


def test_device_has_its_command(bare_device: Path, tmp_path: Path) -> None:
    answer = run(bare_device / "terroir-edge", "--help", cwd=tmp_path)

    assert "readings" in answer


def test_device_imports_every_module_of_its_own(
    bare_device: Path, tmp_path: Path
) -> None:
    program = (
        "import importlib, pkgutil, edge_agent, protocols\n"
        "for root in (edge_agent, protocols):\n"
        "    for one in pkgutil.walk_packages(root.__path__, root.__name__ + '.'):\n"
        "        if not one.name.endswith('__main__'):\n"
        "            importlib.import_module(one.name)\n"
        "print('all')\n"
    )

    answer = run(bare_device / "python", "-c", program, cwd=tmp_path)

    assert answer.strip() == "all"
