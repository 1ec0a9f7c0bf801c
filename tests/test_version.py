"""The version that a device tells is the version that was installed."""

import tomllib
from pathlib import Path

from edge_agent.record_author import VERSION

ROOT = Path(__file__).parents[1]


def test_device_tells_the_version_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["project"]["version"] == VERSION
