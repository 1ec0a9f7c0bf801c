"""A run of two jobs, one of which ends only when the user presses Ctrl-C."""

import sys
from pathlib import Path

from tests.trainer.engine.made_work import Wish, add_up, jobs_of, made_table
from trainer.engine.engine import EngineChoice, do_jobs
from trainer.engine.job import Work


def main() -> None:
    """Tell what is done, then what was kept."""
    kept = []
    jobs = jobs_of(Wish(0, waits_for=Path(sys.argv[1]) / "never"), Wish(1))
    try:
        for outcome in do_jobs(
            Work(add_up, made_table()), jobs, EngineChoice(at_once=2)
        ):
            kept.append(outcome)
            sys.stdout.write(f"{outcome.job.name} is done\n")
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stdout.write(f"stopped with {len(kept)} kept\n")


if __name__ == "__main__":
    main()
