"""No file grows past the size a reader can hold in mind, and the top stays plain."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_MODULE = 400
PACKAGES = ("protocols", "edge_agent", "trainer", "deploy", "tests")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py")
)
NAMES_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "common",
    "helpers",
    "misc",
    "manager",
    "base",
}
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "pyproject.toml",
    *PACKAGES,
}


@pytest.mark.parametrize(
    "module", MODULES, ids=lambda path: str(path.relative_to(ROOT))
)
def test_module_is_short_enough_to_read_at_once(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize(
    "module", MODULES, ids=lambda path: str(path.relative_to(ROOT))
)
def test_module_is_named_by_its_idea(module: Path) -> None:
    assert NAMES_THAT_SAY_NOTHING.isdisjoint(module.stem.split("_"))


def test_top_level_holds_nothing_a_newcomer_must_wonder_about() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - git is where the developer has it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    assert {name.partition("/")[0] for name in tracked} <= TOP_LEVEL
