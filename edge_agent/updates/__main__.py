"""`python -m edge_agent.updates --settings FILE`: one refresh, its outcome as JSON."""

import sys
from pathlib import Path

import msgspec

from edge_agent.clock import SystemClock
from edge_agent.errors import SettingsError
from edge_agent.exit_codes import ExitCode
from edge_agent.settings import read_settings
from edge_agent.updates.outcome import UpdateResult
from edge_agent.updates.refresh import Refresh


def main() -> int:
    """Look for a better model once."""
    path = Path(sys.argv[sys.argv.index("--settings") + 1])
    try:
        result = Refresh(read_settings(path), SystemClock()).run()
    except SettingsError as error:
        result = UpdateResult(outcome="refused", detail=str(error))
    sys.stdout.buffer.write(msgspec.json.encode(result))
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
