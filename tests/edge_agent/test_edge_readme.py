"""The edge's README says what the code says."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import FieldInfo, fields

from edge_agent import settings
from edge_agent.__main__ import COMMANDS
from edge_agent.exit_codes import ExitCode
from edge_agent.settings import AgentSettings

README = Path(settings.__file__).with_name("README.md")


def setting_rows() -> Iterator[str]:
    """Yield the rows of the settings table."""
    for field in fields(AgentSettings):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            for inner in fields(field.type):
                yield _row(f"{field.name}.{inner.name}", inner)
        else:
            yield _row(field.name, field)


def _row(name: str, field: FieldInfo) -> str:
    default = "required" if field.required else f"`{field.default}`"
    return f"| `{name}` | {default} |"


def test_readme_lists_every_exit_code() -> None:
    text = README.read_text(encoding="utf-8")

    assert [
        code for code in ExitCode if f"| {int(code)} | {code.meaning} |" in text
    ] == (list(ExitCode))


def test_readme_names_every_command() -> None:
    text = README.read_text(encoding="utf-8")

    assert [one for one in COMMANDS if f"terroir-edge {one}" in text] == list(COMMANDS)


def test_readme_lists_every_setting_with_its_default() -> None:
    text = README.read_text(encoding="utf-8")

    assert [row for row in setting_rows() if row not in text] == []
