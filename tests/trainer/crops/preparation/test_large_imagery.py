"""More observations than memory: over five gigabytes, prepared within two.

Made imagery on disk; the command runs in a process of its own, whose peak of resident
memory the kernel tells. Needs about twelve gigabytes of disk.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from trainer.crops.made_imagery.made_imagery import MadeOrder, write_made_imagery
from trainer.crops.series.series_folder import open_series_folder, read_manifest

LARGE = MadeOrder(boxes=43, side=128, years=(2019, 2020, 2021), compression="none")
LEAST_BYTES = 5_000_000_000
MOST_RESIDENT_KB = 2_000_000
MEMORY_MB = 768
MEASURED = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "trainer", *sys.argv[1:]])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak)
sys.exit(done.returncode)
"""
"""Runs a command and prints its peak of resident memory in kB."""


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_more_observations_than_memory_are_prepared(tmp_path: Path) -> None:
    made = write_made_imagery(tmp_path / "made", LARGE)
    size = sum(one.stat().st_size for one in made.observations.rglob("*.parquet"))
    labels = [f"--labels={year}={path}" for year, path in made.labels.items()]
    into = tmp_path / "series"
    order = ["crops", "prepare", made.observations, *labels, "--into", into, "--json"]

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, order), f"--memory={MEMORY_MB}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told, peak_kb = done.stdout.splitlines()
    series, manifest = open_series_folder(into), read_manifest(into)
    seen = np.asarray(series.mask[:: max(1, len(series) // 1000)]).any(axis=(1, 2))
    assert size > LEAST_BYTES
    assert int(peak_kb) < MOST_RESIDENT_KB
    assert json.loads(told)["places"] == len(series) == manifest.places
    assert len(series) > made.places  # most of them in three years
    assert seen.all()
