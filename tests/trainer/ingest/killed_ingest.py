"""Run `terroir ingest`, and die between the first commit and its receipt.

    python -m tests.trainer.ingest.killed_ingest SETTINGS

The process kills itself with SIGKILL, as a power cut would, right after the store has
committed; nothing in production knows of this.
"""

import os
import signal
import sys
from unittest.mock import patch

from trainer.__main__ import main
from trainer.store.sample_store import Batch, Committed, SampleStore

COMMIT = SampleStore.commit


def commit_and_die(store: SampleStore, batch: Batch) -> Committed:
    """Commit, then die before anyone hears of it."""
    COMMIT(store, batch)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


if __name__ == "__main__":
    sys.argv = ["terroir", "ingest", "--settings", sys.argv[1]]
    with patch.object(SampleStore, "commit", commit_and_die):
        main()
