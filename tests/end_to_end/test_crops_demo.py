"""`terroir crops demo` goes from imagery to a map, and what it leaves can be used."""

import json
from pathlib import Path

from tests.trainer.commands.terroir_command import terroir
from trainer.exit_codes import ExitCode

WITHIN_S = 280
SMALLEST = ("--boxes", "6", "--side", "16")


def test_one_command_goes_from_imagery_to_a_map(tmp_path: Path) -> None:
    out = tmp_path / "demo"

    done = terroir(
        "crops", "demo", *SMALLEST, "--out", out, "--json", within_s=WITHIN_S
    )

    assert done.returncode == ExitCode.DONE, done.stderr
    told = json.loads(done.stdout)
    assert told["places"] == 6 * 16 * 16
    assert [one["day"] for one in told["dates"]] == [134, 165, 195, 226, 287]
    # Chance tells a quarter: half of the made fields are in one rotation of two crops.
    assert told["dates"][-1]["accuracy"] > 0.5
    assert Path(told["map"]).stat().st_size > 10_000
    proved = terroir("package", "verify", out / "crops.terroir")
    assert proved.returncode == ExitCode.DONE, proved.stderr


def test_a_demonstration_never_writes_over_anything(tmp_path: Path) -> None:
    kept = tmp_path / "demo" / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("mine")

    done = terroir("crops", "demo", "--out", kept.parent)

    assert done.returncode == ExitCode.WORKSPACE
    assert [one.name for one in kept.parent.iterdir()] == ["notes.txt"]
    assert "choose another one" in done.stderr
