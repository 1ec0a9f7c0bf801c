"""Pages of help, many asked of one process: each command loads libraries of its own."""

import json
import subprocess
import sys
from collections.abc import Sequence

WITHIN_S = 240
ASK = """
import contextlib, io, json, sys
from {module}.__main__ import main

pages = []
for words in json.load(sys.stdin):
    sys.argv = [{program!r}, *words, "--help"]
    told, code = io.StringIO(), 0
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        try:
            code = main() or 0
        except SystemExit as end:
            code = end.code or 0
    pages.append([int(code), told.getvalue()])
json.dump(pages, sys.stdout)
"""


def help_pages(program: str, commands: Sequence[Sequence[str]]) -> list[list[object]]:
    """Return the exit code and the page of `program COMMAND --help`, one a command."""
    module = {"terroir": "trainer", "terroir-edge": "edge_agent"}[program]
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(module=module, program=program)],
        input=json.dumps([list(words) for words in commands]),
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pages: list[list[object]] = json.loads(done.stdout)
    return pages
