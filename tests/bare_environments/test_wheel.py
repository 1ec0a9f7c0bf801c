"""The wheel installs on a bare device, and brings what a device needs and no more."""

from pathlib import Path

import pytest

from tests.bare_environments.environments import BareEnvironment, bare_environment

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


@pytest.fixture(scope="module")
def bare_device() -> BareEnvironment:
    """An environment that has only the wheel and what a device installs with it."""
    return bare_environment("edge")


def test_device_gets_what_it_needs_and_little_else(
    bare_device: BareEnvironment, tmp_path: Path
) -> None:
    listing = bare_device.run("pip", "list", "--format=freeze", cwd=tmp_path)

    installed = {line.partition("==")[0].lower() for line in listing.splitlines()}
    installed -= {"pip", "setuptools"}
    assert installed >= NEEDED_ON_A_DEVICE
    assert installed <= NEEDED_ON_A_DEVICE | COMES_WITH_THEM


def test_device_has_its_command(bare_device: BareEnvironment, tmp_path: Path) -> None:
    answer = bare_device.run("terroir-edge", "--help", cwd=tmp_path)

    assert "readings" in answer


def test_device_imports_every_module_of_its_own(
    bare_device: BareEnvironment, tmp_path: Path
) -> None:
    program = (
        "import importlib, pkgutil, edge_agent, protocols\n"
        "for root in (edge_agent, protocols):\n"
        "    for one in pkgutil.walk_packages(root.__path__, root.__name__ + '.'):\n"
        "        if not one.name.endswith('__main__'):\n"
        "            importlib.import_module(one.name)\n"
        "print('all')\n"
    )

    answer = bare_device.run("python", "-c", program, cwd=tmp_path)

    assert answer.strip() == "all"
