"""A supervisor that only passes messages on never loads numpy."""

import subprocess
import sys

import pytest

LIGHT = (
    "messages",
    "topics",
    "encoding",
    "identifiers",
    "limits",
    "errors",
    "units",
    "stored_zip",
    "instrument_files.file_names",
)


@pytest.mark.parametrize("module", LIGHT)
def test_module_loads_no_numpy(module: str) -> None:
    program = f"import protocols.{module}, sys; print('numpy' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
