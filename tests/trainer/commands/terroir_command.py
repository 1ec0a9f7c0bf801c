"""Run `terroir` as its users do."""

import subprocess
import sys

WITHIN_S = 60


def terroir(
    *arguments: object, within_s: float = WITHIN_S
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "trainer", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
