"""`terroir-edge replay`: a simulated spectrometer that replays recorded scans."""

import argparse
import sys
import time
from pathlib import Path

from edge_agent.exit_codes import ExitCode

HELP = "simulate a spectrometer: replay recorded scans of a table with added noise"
NOISE = 0.0005


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--scans",
        type=Path,
        required=True,
        help="a CSV table with id.sample and scan_visnir.<nm>_ref columns",
    )
    parser.add_argument(
        "--into", type=Path, required=True, help="the folder that the agent watches"
    )
    parser.add_argument(
        "--noise", type=float, default=NOISE, help="noise in reflectance units"
    )
    parser.add_argument("--seed", type=int, default=0, help="the noise's seed")
    parser.add_argument(
        "--interval-s", type=float, default=0.0, help="the time between two scans"
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Replay the whole table."""
    import numpy as np  # noqa: PLC0415 - quick --help

    from edge_agent.instruments import replay  # noqa: PLC0415 - loads numpy

    random = np.random.default_rng(arguments.seed)
    arguments.into.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(
        f"replaying recorded scans of {arguments.scans}; nothing is measured\n"
    )
    count = 0
    for count, scan in enumerate(replay.read_recorded_scans(arguments.scans), start=1):
        text = replay.scan_text(scan, replay.with_noise(scan, arguments.noise, random))
        replay.drop_scan(arguments.into, f"{scan.sample}-{count:05}.csv", text)
        time.sleep(arguments.interval_s)
    sys.stdout.write(f"replayed {count} scans into {arguments.into}\n")
    return ExitCode.OK
