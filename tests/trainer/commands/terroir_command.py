"""Run `terroir` as its users do."""

import subprocess
import sys

WITHIN_S = 60


def terroir(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "trainer", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
