"""The pages are true: every command in them runs, every link leads somewhere."""

import re
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.help_pages import help_pages

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page
    for page in [ROOT / "README.md", *ROOT.glob("*/**/README.md")]
    if ".venv" not in page.parts and "build" not in page.parts
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = ("terroir", "terroir-edge")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
INLINE_COMMAND = re.compile(r"`(?:\.venv/bin/)?((?:terroir|terroir-edge) [^`]+)`")
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands_of(page: str) -> list[str]:
    lines = [line for block in BLOCK.findall(page) for line in block.splitlines()]
    return [line.partition("#")[0].strip() for line in lines if line.strip()]


def subcommands_named_in(page: str) -> set[str]:
    """Return `terroir device enrol` and the like, without their arguments."""
    found = set()
    for command in INLINE_COMMAND.findall(page) + commands_of(page):
        words = shlex.split(command.removeprefix(".venv/bin/"))
        if words[0] in PROGRAMS:
            plain = [word for word in words if re.fullmatch(r"[a-z-]+", word)]
            found.add(" ".join(plain[: 3 if words[0] == "terroir" else 2]))
    return found


def unknown_commands(program: str, named: Sequence[str]) -> list[str]:
    """Return the commands that the program does not offer, whole or a word shorter."""
    whole = [command.split()[1:] for command in named]
    shorter = [words[:1] for words in whole]
    return [
        command
        for command, *found in zip(
            named, knows(program, whole), knows(program, shorter), strict=True
        )
        if not any(found)
    ]


def knows(program: str, commands: Sequence[Sequence[str]]) -> list[bool]:
    """Return which of the commands have a page of their own."""
    return [
        code == 0 and " ".join([program, *words]) in str(page)
        for words, (code, page) in zip(
            commands, help_pages(program, commands), strict=True
        )
    ]


NAMED = sorted({(p, c) for p in PAGES for c in subcommands_named_in(p.read_text())})
RUN_FROM_HERE = [line for line in commands_of(README) if line != "make test"]


def test_readme_says_what_then_how_then_shows() -> None:
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)

    assert headings == [
        "Terroir",
        "Two commands",
        "The loop",
        "What you saw",
        "Where to go next",
    ]


def test_readme_names_the_two_commands() -> None:
    assert {"make demo", "make test"} <= set(commands_of(README))


@pytest.mark.parametrize("command", RUN_FROM_HERE)
def test_command_of_the_readme_runs(command: str) -> None:
    result = subprocess.run(
        ["sh", "-c", command],  # noqa: S607 - as a reader would type it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_make_test_runs_the_checks_and_then_this_very_suite() -> None:
    plan = subprocess.run(
        ["make", "--dry-run", "test"],  # noqa: S607 - as a reader would type it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    steps = ["ruff format", "ruff check", "mypy", "lint-imports", "vulture", "pytest"]
    places = [plan.find(step) for step in steps]
    assert places == sorted(places)
    assert places[0] >= 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_pages_name_commands_that_exist(program: str) -> None:
    named = sorted({c for _, c in NAMED if c.split()[0] == program})

    unknown = unknown_commands(program, named)

    where = [(str(p.relative_to(ROOT)), c) for p, c in NAMED if c in unknown]
    assert named
    assert where == []
