"""What became of a package's graphs on the runtimes here, for people."""

from rich.console import Console

from trainer.commands.package.verification import Run, Verdict


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Print one line a graph and runtime."""
    console.print(f"package {verdict.package}", highlight=False)
    console.print("every digest is as the manifest lists it", highlight=False)
    for run in verdict.runs:
        console.print(_line(run, verdict), highlight=False, soft_wrap=True)


def _line(run: Run, verdict: Verdict) -> str:
    place = f"{run.member} in {run.runtime}:"
    if run.difference is None:
        return f"{place} {run.outcome}, {run.reason}"
    verb = "agree" if run.outcome == "agrees" else "do not agree"
    return (
        f"{place} {verdict.golden_scans} golden {verdict.subjects} {verb}, the worst "
        f"{run.difference:.2g} {verdict.measure} off ({run.tolerance:g} allowed)"
    )
