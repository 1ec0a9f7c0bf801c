"""Stopping the demonstration leaves no process and no file behind."""

import os
import signal
import sys
from pathlib import Path

from deploy.processes import Programs, wait_until


def processes_that_name(text: str) -> list[str]:
    """Return the command lines of this machine that contain `text`."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            continue
        line = b" ".join(words).decode(errors="replace")
        if process.name.isdigit() and text in line and process.name != str(os.getpid()):
            found.append(line)
    return found


def test_demo_stopped_by_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    report = tmp_path / "report.html"
    demo = (sys.executable, "-m", "deploy.demo", "--report", str(report))
    with Programs(tmp_path / "logs") as programs:
        program = programs.start("demo", demo, {"TMPDIR": str(temporary)})
        wait_until(
            lambda: "its agent runs" in program.said(),
            "an agent in the demonstration",
            within_s=60,
            while_waiting=program.check_alive,
        )
        assert processes_that_name(f"{temporary}/terroir-demo-")

        program.process.send_signal(signal.SIGINT)

        assert program.process.wait(30) == 130
    assert processes_that_name(f"{temporary}/terroir-demo-") == []
    assert list(temporary.glob("terroir-demo-*")) == []
    assert not report.exists()
